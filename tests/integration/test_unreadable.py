"""Objects that nobody can read or move: an outcome and a mail all the same, and nothing is lost."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.chaos import fault, nothing_announced
from tests.integration.sales_files import ONE_SALE, SAMPLE_SALES, SAMPLE_SUMMARY
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from lab.promise.evidence import Outcome
    from tests.integration.lab_under_test import LabUnderTest, Upload

OWN_KEY = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}


def _assert_it_stays(lab: LabUnderTest, upload: Upload, outcome: Outcome) -> None:
    """The file is where it was put, nothing but the reason is under failed/, and a mail says so."""
    assert lab.keys_under(upload.key) == [upload.key]
    assert lab.keys_under(outcome.key) == [f"{outcome.key}.error.json"]
    assert (outcome.body["failed_key"], outcome.body["file_key"]) == (None, upload.key)
    mail = lab.mail_of(outcome.job_id)
    assert "❌" in mail.subject
    assert f"{lab.settings.raw_bucket}/{upload.key}" in mail.text
    lab.assert_every_promise_is_kept([upload])


@pytest.mark.parametrize(
    ("put", "reason", "words"),
    [
        ({"StorageClass": "GLACIER"}, "archived", "GLACIER"),
        ({"StorageClass": "DEEP_ARCHIVE"}, "archived", "DEEP_ARCHIVE"),
        (OWN_KEY, "encrypted_with_own_key", "SSE-C"),
    ],
    ids=["GLACIER", "DEEP_ARCHIVE", "SSE-C"],
)
def test_an_object_that_s3_does_not_give_away_has_a_reason_of_its_own_and_stays(
    lab: LabUnderTest, put: dict[str, Any], reason: str, words: str
) -> None:
    upload = lab.upload("unreadable.csv", ONE_SALE, **put)

    outcome = lab.outcome_of(upload)

    assert (outcome.kind, outcome.reason) == ("failed", reason)
    assert words in outcome.body["message"]
    execution = lab.execution_of(outcome.job_id)
    assert (execution["status"], execution["error"]) == ("FAILED", "ValidationFailed")
    _assert_it_stays(lab, upload, outcome)


def test_an_archived_file_whose_event_was_redriven_has_its_reason_too(lab: LabUnderTest) -> None:
    """Its event as Lambda's on-failure destination would bring it, csv-validator left out."""
    with nothing_announced(lab):
        upload = lab.upload("archived.csv", ONE_SALE, StorageClass="GLACIER")
    event = lab.s3_event(upload, sequencer=secrets.token_hex(9))

    lab.client("sqs").send_message(
        QueueUrl=lab.main_queue.url, MessageBody=json.dumps({"requestPayload": event})
    )

    outcome = lab.outcome_of(upload)
    assert outcome.reason == "archived"
    _assert_it_stays(lab, upload, outcome)


@pytest.mark.parametrize(
    "fields",
    [{"x-amz-meta-ชื่อ": "สมชาย"}, {"Content-Type": "text/csv\r\nX-Evil: 1"}],
    ids=["a metadata name in Thai", "a line end in the type"],
)
def test_a_file_posted_with_metadata_that_is_no_header_is_processed(
    lab: LabUnderTest, fields: dict[str, str]
) -> None:
    upload = lab.post(f"uploads/{secrets.token_hex(4)}-posted.csv", SAMPLE_SALES, fields)

    outcome = lab.outcome_of(upload)

    assert outcome.kind == "processed"
    assert outcome.body["summary"] == SAMPLE_SUMMARY


def test_a_file_whose_key_ends_with_a_slash_is_processed(lab: LabUnderTest) -> None:
    upload = lab.upload("data.csv/", SAMPLE_SALES)

    outcome = lab.outcome_of(upload)

    assert outcome.body["summary"] == SAMPLE_SUMMARY
    assert "data-" in outcome.key
    lab.assert_every_promise_is_kept([upload])


@pytest.mark.faults
@pytest.mark.every_fault
@pytest.mark.timeout(600)
def test_an_object_with_more_headers_than_any_client_reads_ends_in_a_failure(
    lab: LabUnderTest,
) -> None:
    """S3 takes 150 short names of metadata; Python's http.client gives up at 100 headers."""
    metadata = {f"n{number}": "" for number in range(150)}
    upload = lab.upload("headers.csv", ONE_SALE, Metadata=metadata)

    # Twice six retries with up to 30 s between them: ParseCSV's and MoveToFailed's.
    outcome = lab.outcome_of(upload, within=PATIENCE + 2 * 120)

    assert (outcome.kind, outcome.reason) == ("failed", "processing_error")
    _assert_it_stays(lab, upload, outcome)


@pytest.mark.faults
@pytest.mark.every_fault
@pytest.mark.timeout(600)
def test_an_object_that_s3_fails_to_give_for_good_ends_in_a_failure_and_not_in_the_dlq(
    lab: LabUnderTest,
) -> None:
    with fault(lab, kind="error", target="s3", operation="GetObject", seconds=500):
        upload = lab.upload("failing.csv", ONE_SALE)
        outcome = lab.outcome_of(upload, within=PATIENCE + 120)

    assert (outcome.kind, outcome.reason) == ("failed", "processing_error")
    assert outcome.body["file_key"] == outcome.key  # CopyObject did not fail
    assert lab.log_events("csv-validator", "file_unread", upload.uploaded_at, error="InternalError")
    lab.assert_every_promise_is_kept([upload])
