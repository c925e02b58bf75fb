"""The state machine when a state fails: which end it reaches, and what people are told."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

from tests.integration.faults import CRASH, TOO_LARGE_A_STATE, faulty, refusal_of
from tests.integration.sales_files import ONE_SALE, SAMPLE_SALES, SAMPLE_SUMMARY
from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.integration.lab_under_test import LabUnderTest


def _entered(history: list[dict[str, Any]]) -> list[str]:
    """The states an execution went through, in order."""
    return [
        event["stateEnteredEventDetails"]["name"]
        for event in history
        if "stateEnteredEventDetails" in event
    ]


def test_a_good_file_takes_the_workshops_path(lab: LabUnderTest) -> None:
    outcome = lab.outcome_of(lab.upload("sample_sales.csv", SAMPLE_SALES))
    lab.execution_of(outcome.job_id)

    states = _entered(lab.history_of(outcome.job_id))

    workshop = ["ParseCSV", "ValidateSchema", "CheckValidation", "TransformData"]
    workshop += ["SendSuccessNotification", "ProcessingComplete"]
    assert [state for state in states if state in workshop] == workshop


def test_a_parse_csv_that_crashes_moves_the_file_and_tells_the_real_cause(
    lab: LabUnderTest,
) -> None:
    """Items 25 and 30: run once, file moved, cause mailed, ProcessingError, DLQ untouched."""
    token = secrets.token_hex(8)
    with faulty(lab, "parse-csv", CRASH, token=token):
        upload = lab.upload(f"{token}.csv", ONE_SALE)
        outcome = lab.outcome_of(upload)
        execution = lab.execution_of(outcome.job_id)

    assert outcome.reason == "processing_error"
    assert (execution["status"], execution["error"]) == ("FAILED", "ProcessingError")
    history = lab.history_of(outcome.job_id)
    assert _entered(history).count("ParseCSV") == 1
    parse_runs = [
        event
        for event in history
        if event["type"] == "LambdaFunctionScheduled"
        and "parse-csv" in event["lambdaFunctionScheduledEventDetails"]["resource"]
    ]
    assert len(parse_runs) == 1, "an error that no retry can cure was retried"
    mail = lab.mail_of(outcome.job_id)
    assert "RuntimeError: the disk is on fire" in mail.text
    assert "ParseCSV" in mail.text
    assert upload.key not in lab.keys_under(upload.key)
    assert lab.dlq.find(token) is None


def test_a_transform_that_crashes_leaves_no_result(lab: LabUnderTest) -> None:
    token = secrets.token_hex(8)
    with faulty(lab, "transform-data", CRASH, token=token):
        outcome = lab.outcome_of(lab.upload(f"{token}.csv", ONE_SALE))
        execution = lab.execution_of(outcome.job_id)

    assert (outcome.kind, outcome.reason) == ("failed", "processing_error")
    assert (execution["status"], execution["error"]) == ("FAILED", "ProcessingError")


def test_a_state_above_256_kib_moves_the_file_all_the_same(lab: LabUnderTest) -> None:
    """States.DataLimitExceeded, which a Catch for States.ALL does not match."""
    token = secrets.token_hex(8)
    with faulty(lab, "parse-csv", TOO_LARGE_A_STATE, token=token):
        outcome = lab.outcome_of(lab.upload(f"{token}.csv", ONE_SALE))
        execution = lab.execution_of(outcome.job_id)

    assert (outcome.kind, outcome.reason) == ("failed", "processing_error")
    assert (execution["status"], execution["error"]) == ("FAILED", "ProcessingError")


def test_when_moving_fails_the_mail_is_sent_all_the_same(lab: LabUnderTest) -> None:
    """Item 31."""
    token = secrets.token_hex(8)
    with faulty(lab, "move-to-failed", CRASH, token=token):
        upload = lab.upload(f"{token}.csv", "no,sales,file\n1,2,3\n")
        job_id = lab.job_id_of(upload)
        execution = lab.execution_of(job_id)

    assert (execution["status"], execution["error"]) == ("FAILED", "ProcessingError")
    mail = lab.mail_of(job_id)
    assert "❌" in mail.subject
    assert upload.key in lab.keys_under(upload.key), "an unmoved file must stay where it was"


def test_a_file_that_cannot_be_copied_stays_and_its_reason_is_written(lab: LabUnderTest) -> None:
    """Item 31: moving fails for good, and the job has its outcome all the same."""
    token = secrets.token_hex(8)
    with faulty(lab, "move-to-failed", refusal_of("CopyObject", "AccessDenied"), token=token):
        upload = lab.upload(f"{token}.csv", "no,sales,file\n1,2,3\n")
        outcome = lab.outcome_of(upload)
        execution = lab.execution_of(outcome.job_id)

    assert outcome.reason == "missing_columns"
    assert (outcome.body["failed_key"], outcome.body["file_key"]) == (None, upload.key)
    assert lab.keys_under(upload.key) == [upload.key]
    assert (execution["status"], execution["error"]) == ("FAILED", "ProcessingError")
    assert "AccessDenied" in execution["cause"]
    states = _entered(lab.history_of(outcome.job_id))
    assert states[-5:-3] == ["MoveToFailed", "ExplainFailure"]
    lab.assert_every_promise_is_kept([upload])


def test_a_missing_schema_valid_takes_the_failure_path(lab: LabUnderTest) -> None:
    """Item 32: the Choice does not end in States.Runtime."""
    token = secrets.token_hex(8)
    fault = """
def misbehave(event, context):
    answer = original(event, context)
    del answer["schema_valid"]
    return answer
"""
    with faulty(lab, "validate-schema", fault, token=token):
        outcome = lab.outcome_of(lab.upload(f"{token}.csv", ONE_SALE))
        execution = lab.execution_of(outcome.job_id)

    assert outcome.kind == "failed"
    assert execution["status"] == "FAILED"
    assert execution["error"] in {"ValidationFailed", "ProcessingError"}
    assert "MoveToFailed" in _entered(lab.history_of(outcome.job_id))


def test_a_publish_that_fails_after_the_save_does_not_fail_the_run(lab: LabUnderTest) -> None:
    """Item 39."""
    token = secrets.token_hex(8)
    with faulty(lab, "send-notification", refusal_of("Publish", "NotFound"), token=token):
        outcome = lab.outcome_of(lab.upload(f"{token}.csv", SAMPLE_SALES))
        execution = lab.execution_of(outcome.job_id)

    assert outcome.body["summary"] == SAMPLE_SUMMARY
    assert execution["status"] == "SUCCEEDED"
    assert json.loads(execution["output"])["notification_status"] == "failed"


def test_a_throttled_function_is_tried_again_until_it_answers(lab: LabUnderTest) -> None:
    """Item 25: TooManyRequests passes; the Retry rides it out."""
    client = lab.client("lambda")
    client.put_function_concurrency(FunctionName="validate-schema", ReservedConcurrentExecutions=0)
    try:
        upload = lab.upload("throttled.csv", ONE_SALE)
        job_id = lab.job_id_of(upload)
        wait_until(
            "Lambda to refuse the invocation",
            lambda: "TooManyRequests" in lab.history_text(lab.execution_arn(f"execution-{job_id}")),
            seen=lambda: lab.history_of(job_id),
        )
    finally:
        client.delete_function_concurrency(FunctionName="validate-schema")

    assert lab.outcome_of(upload).kind == "processed"
    assert lab.execution_of(job_id)["status"] == "SUCCEEDED"
