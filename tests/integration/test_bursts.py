"""Many files at once: every one reaches exactly one outcome, and each is mailed once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tests.integration.sales_files import BAD_SCHEMA, SAMPLE_SALES, SAMPLE_SUMMARY
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from tests.integration.lab_under_test import LabUnderTest, Upload

UPLOADERS = 8


def _upload_at_once(lab: LabUnderTest, files: int, body: bytes) -> list[Upload]:
    with ThreadPoolExecutor(UPLOADERS) as uploaders:
        return list(uploaders.map(lambda number: lab.upload(f"{number}.csv", body), range(files)))


def test_20_files_uploaded_at_once_all_give_their_result(lab: LabUnderTest) -> None:
    """Items 21 and 48."""
    uploads = _upload_at_once(lab, 20, SAMPLE_SALES)

    outcomes = lab.outcomes_of(uploads, within=PATIENCE + 20)

    assert {outcome.kind for outcome in outcomes} == {"processed"}
    assert all(outcome.body["summary"] == SAMPLE_SUMMARY for outcome in outcomes)
    lab.assert_every_promise_is_kept(uploads)


def test_a_mixed_burst_is_uploads_equal_results_plus_failures(lab: LabUnderTest) -> None:
    """Item 48."""
    good = _upload_at_once(lab, 6, SAMPLE_SALES)
    bad = _upload_at_once(lab, 4, BAD_SCHEMA)

    outcomes = lab.outcomes_of([*good, *bad])

    assert [outcome.kind for outcome in outcomes] == ["processed"] * 6 + ["failed"] * 4
    lab.assert_every_promise_is_kept([*good, *bad])
