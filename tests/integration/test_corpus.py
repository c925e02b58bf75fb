"""Odd files in bursts, the corpus and generated ones: each reaches the outcome written beside it.

`LAB_SEED` makes the generated files of an earlier run again; each run prints its own.
"""

from __future__ import annotations

import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.integration.corpus import Case, corpus
from tests.integration.generated_files import GeneratedFile, generated
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from lab.promise.evidence import Outcome
    from tests.integration.lab_under_test import LabUnderTest, Upload

pytestmark = [pytest.mark.load, pytest.mark.timeout(600)]

UPLOADERS = 8
GENERATED_FILES = 40


def _became(outcome: Outcome) -> tuple[object, ...]:
    if outcome.kind == "failed":
        return (outcome.reason,)
    summary = outcome.body["summary"]
    return summary["valid_rows"], [entry["reason"] for entry in outcome.body["rejected"]]


def _expected(case: Case) -> tuple[object, ...]:
    return (case.reason,) if case.reason else (case.valid, list(case.refused))


def test_each_odd_file_reaches_the_outcome_that_the_rules_give(lab: LabUnderTest) -> None:
    """Items 5, 6, 7, 8, 33 and 48, in one burst."""
    cases = corpus()
    folder = secrets.token_hex(4)
    seen: set[str] = set()

    def upload(case: Case) -> Upload:
        # Names that differ only in case or normalization stand side by side.
        place = folder if case.name not in seen else secrets.token_hex(4)
        seen.add(case.name)
        key = f"uploads/{place}/{case.name}"
        if case.form is None:
            return lab.put(key, case.body, **case.put)
        return lab.post(key, case.body, case.form)

    with ThreadPoolExecutor(UPLOADERS) as uploaders:
        uploads = list(uploaders.map(upload, cases))

    outcomes = lab.outcomes_of(uploads, within=PATIENCE + len(cases))

    wrong = {
        case.what: f"became {_became(outcome)}, not {_expected(case)}"
        for case, outcome in zip(cases, outcomes, strict=True)
        if _became(outcome) != _expected(case)
    }
    assert not wrong
    lab.assert_every_promise_is_kept(uploads)


def _right(outcome: Outcome, file: GeneratedFile) -> bool:
    if outcome.kind == "failed":
        return outcome.reason in file.reasons
    summary = outcome.body["summary"]
    revenue = sum((row.revenue for row in file.valid), Decimal(0))
    refused = [(entry["row"], entry["reason"]) for entry in outcome.body["rejected"]]
    return (
        not file.reasons
        and summary["valid_rows"] == len(file.valid)
        and summary["total_revenue"] == revenue
        and refused == file.refused
    )


def test_each_generated_file_reaches_the_outcome_it_was_built_with(lab: LabUnderTest) -> None:
    """Items 5, 6, 7, 8, 33 and 48."""
    seed = int(os.environ.get("LAB_SEED") or secrets.randbelow(10**9))
    print(f"\nLAB_SEED={seed}")  # noqa: T201 - to run it again
    files = generated(GENERATED_FILES, of_seed=seed)
    folder = secrets.token_hex(4)

    def upload(numbered: tuple[int, GeneratedFile]) -> Upload:
        number, file = numbered
        return lab.put(f"uploads/{folder}/{number}/{file.name}", file.body)

    with ThreadPoolExecutor(UPLOADERS) as uploaders:
        uploads = list(uploaders.map(upload, enumerate(files)))

    outcomes = lab.outcomes_of(uploads, within=PATIENCE + len(files))

    wrong = [
        f"{file.name!r} of {file.body[:300]!r} became {_became(outcome)}, seed {seed}"
        for file, outcome in zip(files, outcomes, strict=True)
        if not _right(outcome, file)
    ]
    assert len(files) >= GENERATED_FILES
    assert wrong == []
    lab.assert_every_promise_is_kept(uploads)
