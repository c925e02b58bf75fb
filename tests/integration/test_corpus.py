"""The whole corpus of odd files in one burst: each reaches the outcome written beside it."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.integration.corpus import Case, corpus
from tests.integration.waiting import PATIENCE

if TYPE_CHECKING:
    from lab.evidence import Outcome
    from tests.integration.lab_under_test import LabUnderTest, Upload


def _became(outcome: Outcome) -> tuple[object, ...]:
    if outcome.kind == "failed":
        return (outcome.reason,)
    summary = outcome.body["summary"]
    return summary["valid_rows"], [entry["reason"] for entry in outcome.body["rejected"]]


def _expected(case: Case) -> tuple[object, ...]:
    return (case.reason,) if case.reason else (case.valid, list(case.refused))


@pytest.mark.load
@pytest.mark.timeout(600)
def test_each_odd_file_reaches_the_outcome_that_the_rules_give(lab: LabUnderTest) -> None:
    """Items 5, 6, 7, 8, 33 and 48, in one burst."""
    cases = corpus()
    folder = secrets.token_hex(4)
    seen: set[str] = set()

    def upload(case: Case) -> Upload:
        # Names that differ only in case or normalization stand side by side.
        if case.name in seen:
            return lab.upload(case.name, case.body)
        seen.add(case.name)
        return lab.put(f"uploads/{folder}/{case.name}", case.body)

    with ThreadPoolExecutor(8) as uploaders:
        uploads = list(uploaders.map(upload, cases))

    outcomes = lab.outcomes_of(uploads, within=PATIENCE + len(cases))

    wrong = {
        case.what: f"became {_became(outcome)}, not {_expected(case)}"
        for case, outcome in zip(cases, outcomes, strict=True)
        if _became(outcome) != _expected(case)
    }
    assert not wrong
    lab.assert_every_promise_is_kept(uploads)
