"""Objects that nobody can read, through all functions and the state machine, to their outcome."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.integration.sales_files import SAMPLE_SALES
from tests.unit.asl.interpreter import Outcome, State, TaskError, run
from tests.unit.lambdas.fakes import (
    ARCHIVED,
    DENIED,
    KMS_KEY_DISABLED,
    MORE_HEADERS_THAN_ANY_CLIENT_READS,
    OWN_KEY,
)
from tests.unit.lambdas.pipeline_under_test import Pipeline, s3_event

DEFINITION: State = json.loads(
    (Path(__file__).parents[3] / "asl" / "ProcessCSVWorkflow.asl.json").read_text("utf-8")
)
FUNCTIONS = {
    "ParseCSV": "parse_csv",
    "ValidateSchema": "validate_schema",
    "TransformData": "transform_data",
    "MoveToFailed": "move_to_failed",
    "ExplainFailure": "move_to_failed",
    "SendSuccessNotification": "send_notification",
    "SendFailureNotification": "send_notification",
}
KEY = "uploads/sales.csv"


def execute(pipeline: Pipeline, job: dict[str, Any]) -> Outcome:
    """Take a job through the state machine; what a function raises is reported as Lambda does."""

    def task(package: str) -> Callable[[State], State]:
        def call(payload: State) -> State:
            try:
                return pipeline.run(package, payload)
            except Exception as error:
                name = type(error).__name__
                cause = {"errorType": name, "errorMessage": str(error)}
                raise TaskError(name, json.dumps(cause)) from error

        return call

    return run(DEFINITION, job, {state: task(name) for state, name in FUNCTIONS.items()})


def the_reason(pipeline: Pipeline) -> dict[str, Any]:
    """The one outcome that there is: an .error.json, and no result."""
    assert pipeline.s3.keys("processed") == []
    [key] = pipeline.s3.keys("raw", "failed/")
    document: dict[str, Any] = json.loads(pipeline.s3.objects["raw", key].body)
    return document


@pytest.mark.parametrize(
    ("refusals", "reason", "words"),
    [
        (ARCHIVED, "archived", "storage class GLACIER"),
        (OWN_KEY, "encrypted_with_own_key", "SSE-C"),
        (KMS_KEY_DISABLED, "encrypted_with_own_key", "a KMS key"),
    ],
    ids=["archived", "own key", "KMS key disabled"],
)
@pytest.mark.parametrize("redriven", [False, True])
def test_an_object_that_s3_does_not_give_away_has_a_reason_of_its_own_and_stays(
    pipeline: Pipeline,
    refusals: Mapping[str, Exception],
    reason: str,
    words: str,
    redriven: bool,
) -> None:
    job = pipeline.upload(SAMPLE_SALES, KEY, refusals)
    assert job["rejection"]["reason"] == reason
    if redriven:  # its event waited in the DLQ; csv-processor makes the job of it
        etag = pipeline.s3.objects["raw", KEY].etag
        envelope = {"requestPayload": s3_event(KEY, etag=etag, size=len(SAMPLE_SALES))}
        record = {"messageId": "m", "body": json.dumps(envelope)}
        pipeline.run("csv_processor", {"Records": [record]})
        [job] = [json.loads(started) for started in pipeline.stepfunctions.started.values()]

    outcome = execute(pipeline, job)

    assert (outcome.error, outcome.data["failure_reason"]) == ("ValidationFailed", reason)
    written = the_reason(pipeline)
    assert (written["reason"], written["failed_key"], written["file_key"]) == (reason, None, KEY)
    assert pipeline.s3.objects["raw", KEY].body == SAMPLE_SALES
    [mail] = pipeline.sns.published
    assert words in mail["Message"]
    assert f"raw/{KEY}" in mail["Message"]


@pytest.mark.parametrize(
    ("refusals", "error"),
    [
        (MORE_HEADERS_THAN_ANY_CLIENT_READS, "TransientServiceError"),
        (DENIED, "ClientError"),
    ],
    ids=["more headers than any client reads", "denied"],
)
def test_an_object_that_fails_every_read_for_good_ends_in_a_failure_and_not_in_the_dlq(
    pipeline: Pipeline, refusals: Mapping[str, Exception], error: str
) -> None:
    job = pipeline.upload(SAMPLE_SALES, KEY, refusals)

    outcome = execute(pipeline, job)

    assert outcome.error == "ProcessingError"
    assert "ExplainFailure" in outcome.path
    written = the_reason(pipeline)
    assert (written["reason"], written["file_key"]) == ("processing_error", KEY)
    assert written["details"]["error_type"] == error
    assert pipeline.s3.objects["raw", KEY].body == SAMPLE_SALES
    [mail] = pipeline.sns.published
    assert f"raw/{KEY}" in mail["Message"]


def test_a_file_that_may_not_be_looked_at_in_either_place_has_its_reason(
    pipeline: Pipeline,
) -> None:
    job = pipeline.upload(b"x,y\n1,2\n", KEY)
    pipeline.s3.faults.add("copy_object", DENIED["copy_object"])
    denied = DENIED["head_object"]
    pipeline.s3.put("raw", KEY, b"x,y\n1,2\n")
    head, explained = pipeline.s3.head_object, []

    def deny_copies(*, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        if Key.startswith("failed/"):
            explained.append(Key)
            raise denied
        return head(Bucket=Bucket, Key=Key)

    pipeline.s3.head_object = deny_copies  # type: ignore[method-assign]
    outcome = execute(pipeline, job)

    assert outcome.error == "ProcessingError"
    assert len(explained) == 1
    written = the_reason(pipeline)
    assert (written["reason"], written["file_key"]) == ("missing_columns", KEY)


def test_an_archived_file_of_another_kind_is_told_so_and_stays(pipeline: Pipeline) -> None:
    """csv-validator refuses it by its name and never reads it."""
    outcome = execute(pipeline, pipeline.upload(b"photo", "uploads/photo.jpg", ARCHIVED))

    assert outcome.error == "ValidationFailed"
    written = the_reason(pipeline)
    assert (written["reason"], written["file_key"]) == ("not_csv", "uploads/photo.jpg")


def test_a_file_whose_key_ends_with_a_slash_is_processed_like_any_other(pipeline: Pipeline) -> None:
    outcome = execute(pipeline, pipeline.upload(SAMPLE_SALES, "uploads/data.csv/"))

    assert outcome.error is None
    [key] = pipeline.s3.keys("processed")
    assert key.startswith("processed/2024/01/20/data-")
