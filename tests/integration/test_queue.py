"""Between the validator and the workflow: duplicates, malformed messages, redrive, bursts."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.faults import CRASH, faulty, refusal_of
from tests.integration.sales_files import ONE_SALE, SAMPLE_SALES, SAMPLE_SUMMARY
from tests.waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from tests.integration.lab_under_test import LabUnderTest, Upload

LONGEST_ASYNC_RETRY = 180
"""Seconds that Lambda lets pass, in all, between three attempts at an asynchronous event."""


def _job(lab: LabUnderTest, upload: Upload) -> dict[str, Any]:
    """A job message for the upload, of a job that has not been before."""
    return {
        "job_id": f"job-20240115T103000-{secrets.token_hex(8)}",
        "source_bucket": lab.settings.raw_bucket,
        "source_key": upload.key,
        "destination_bucket": lab.settings.processed_bucket,
        "submitted_at": "2024-01-15T10:30:01.000+00:00",
        "event_time": "2024-01-15T10:30:00.000Z",
        "etag": upload.etag,
    }


def _record(lab: LabUnderTest, body: str) -> dict[str, Any]:
    """One message as Lambda's poller hands it over."""
    return {
        "messageId": secrets.token_hex(16),
        "receiptHandle": "handle",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": lab.main_queue.arn,
        "awsRegion": lab.settings.region,
    }


def test_one_malformed_message_in_a_batch_of_five_fails_alone(lab: LabUnderTest) -> None:
    """Item 15."""
    upload = lab.upload("sample_sales.csv", SAMPLE_SALES)
    jobs = [_job(lab, upload) for _ in range(4)]
    records = [_record(lab, json.dumps(job)) for job in jobs]
    malformed = _record(lab, "{this is no JSON")

    answer = lab.invoke("csv-processor", {"Records": [*records[:2], malformed, *records[2:]]})

    assert answer == {"batchItemFailures": [{"itemIdentifier": malformed["messageId"]}]}
    for job in jobs:
        assert lab.execution_of(job["job_id"])["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('"a string"', id="no object"),
        pytest.param("{}", id="nothing in it"),
        pytest.param(
            json.dumps({"job_id": "../../etc", "source_bucket": "b", "source_key": "k"}),
            id="a job id that is no name",
        ),
    ],
)
def test_a_message_that_is_no_job_is_reported_as_failed(lab: LabUnderTest, body: str) -> None:
    record = _record(lab, body)

    answer = lab.invoke("csv-processor", {"Records": [record]})

    assert answer == {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}


def test_a_malformed_message_is_in_the_dlq_after_exactly_three_receives(
    lab: LabUnderTest,
) -> None:
    """Item 16."""
    token = secrets.token_hex(8)
    sqs = lab.client("sqs")
    sent_at = datetime.now(UTC)
    message_id = sqs.send_message(QueueUrl=lab.main_queue.url, MessageBody=f"no job, {token}")[
        "MessageId"
    ]
    visibility = lab.settings.main_queue.visibility_seconds

    lab.dlq.take(token, within=PATIENCE + 4 * visibility)

    receives = lab.log_events("csv-processor", "message_failed", sent_at, message_id=message_id)

    assert len(receives) == lab.settings.max_receives == 3


def test_after_a_repair_redrive_processes_what_the_dlq_holds(lab: LabUnderTest) -> None:
    """Item 16: csv-processor is broken for this file until its message has been given up."""
    token = secrets.token_hex(8)
    visibility = lab.settings.main_queue.visibility_seconds
    with faulty(lab, "csv-processor", CRASH, token=token):
        upload = lab.upload(f"{token}.csv", SAMPLE_SALES)
        lab.dlq.wait_for(token, within=PATIENCE + 4 * visibility)
        assert lab.outcomes(upload.key) == []

    lab.dlq.redrive_to(lab.main_queue)

    outcome = lab.outcome_of(upload, within=PATIENCE + visibility)
    assert outcome.body["summary"] == SAMPLE_SUMMARY
    lab.mail_of(outcome.job_id)
    assert len(lab.mails_of(outcome.job_id)) == 1
    assert lab.dlq.find(token) is None


def test_the_same_s3_event_twice_makes_one_job(lab: LabUnderTest) -> None:
    """Item 17: one execution, one result, one e-mail, nothing in the DLQ."""
    upload = lab.upload("sample_sales.csv", SAMPLE_SALES)
    lab.outcome_of(upload)
    event = lab.s3_event(upload, sequencer=secrets.token_hex(8))

    first = lab.invoke("csv-validator", event)
    again = lab.invoke("csv-validator", event)

    assert first == again
    [job_id] = first["jobs"]
    assert lab.execution_of(job_id)["status"] == "SUCCEEDED"
    lab.log_event("csv-processor", "execution_exists", upload.uploaded_at, job_id=job_id)
    assert [each.job_id for each in lab.outcomes(upload.key)].count(job_id) == 1
    lab.mail_of(job_id)
    assert len(lab.mails_of(job_id)) == 1
    assert lab.dlq.find(job_id) is None


def test_a_message_delivered_again_after_its_job_is_done_counts_as_success(
    lab: LabUnderTest,
) -> None:
    """Item 18."""
    upload = lab.upload("sample_sales.csv", SAMPLE_SALES)
    job_id = lab.outcome_of(upload).job_id
    state = json.loads(lab.execution_of(job_id)["input"])

    answer = lab.invoke("csv-processor", {"Records": [_record(lab, json.dumps(state))]})

    assert answer == {"batchItemFailures": []}
    lab.mail_of(job_id)
    assert len(lab.mails_of(job_id)) == 1
    assert len(lab.outcomes(upload.key)) == 1


def test_a_message_that_sqs_refuses_is_sent_when_lambda_retries(lab: LabUnderTest) -> None:
    """Item 9: the refusal makes the invocation an error, and the retry finds the file."""
    token = secrets.token_hex(8)
    with faulty(lab, "csv-validator", refusal_of("SendMessage", "ServiceUnavailable"), token=token):
        upload = lab.upload(f"{token}.csv", ONE_SALE)
        wait_until(
            "the refusal to be logged as an error of the invocation",
            lambda: any(
                "[ERROR]" in line for line in lab.log_lines("csv-validator", upload.uploaded_at)
            ),
            seen=lambda: lab.what_happened([upload]),
        )
        assert lab.outcomes(upload.key) == []

    outcome = lab.outcome_of(upload, within=PATIENCE + LONGEST_ASYNC_RETRY)

    assert outcome.kind == "processed"
    lab.mail_of(outcome.job_id)
    assert len(lab.mails_of(outcome.job_id)) == 1


def test_an_event_that_the_validator_never_manages_waits_in_the_dlq_for_redrive(
    lab: LabUnderTest,
) -> None:
    """Item 9: after three attempts Lambda hands the event over, so that the file is not lost."""
    token = secrets.token_hex(8)
    with faulty(lab, "csv-validator", CRASH, token=token):
        upload = lab.upload(f"{token}.csv", ONE_SALE)
        lab.dlq.wait_for(token, within=PATIENCE + LONGEST_ASYNC_RETRY)

    lab.dlq.redrive_to(lab.main_queue)

    outcome = lab.outcome_of(upload, within=PATIENCE + lab.settings.main_queue.visibility_seconds)
    assert outcome.kind == "processed"
    assert lab.dlq.find(token) is None
