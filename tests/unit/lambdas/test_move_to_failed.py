"""move-to-failed: nothing is lost, whenever it is cut off and however often it runs."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipeline.errors import CopyNotVerifiedError, MalformedJobError, TransientServiceError
from tests.unit.lambdas.fakes import (
    ARCHIVED,
    KMS_KEY_DISABLED,
    OWN_KEY,
    FakeS3,
    StoredObject,
    client_error,
)
from tests.unit.lambdas.pipeline_under_test import Pipeline

KEY = "uploads/ปี 2567/ข้อมูล เสีย.csv"
BODY = b"name,product,qty,amount\nAlice,Widget A,5,250\n"
REJECTION = {
    "reason": "missing_columns",
    "message": "ไม่พบ / Missing",
    "details": {"columns": ["date"]},
}


def a_failed_job(pipeline: Pipeline, **changes: Any) -> dict[str, Any]:
    etag = pipeline.s3.put("raw", KEY, BODY, content_type="text/csv; charset=windows-874")
    return {
        "job_id": "job-20240120T235958-0123456789abcdef",
        "source_bucket": "raw",
        "source_key": KEY,
        "destination_bucket": "processed",
        "submitted_at": "2024-01-21T00:00:10+00:00",
        "event_time": "2024-01-20T23:59:58.123Z",
        "etag": etag,
        "rejection": REJECTION,
        **changes,
    }


FAILED_KEY = "failed/2024/01/20/ข้อมูล เสีย-01234567.csv"
ERROR_KEY = FAILED_KEY + ".error.json"


def reason_file(pipeline: Pipeline) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(pipeline.s3.objects["raw", ERROR_KEY].body)
    return document


def assert_moved(pipeline: Pipeline) -> None:
    assert pipeline.s3.keys("raw") == [FAILED_KEY, ERROR_KEY]
    assert pipeline.s3.objects["raw", FAILED_KEY].body == BODY
    assert reason_file(pipeline)["failed_key"] == FAILED_KEY
    assert reason_file(pipeline)["file_key"] == FAILED_KEY


def test_29_the_file_stands_under_failed_beside_its_reason_and_is_gone_from_uploads(
    pipeline: Pipeline,
) -> None:
    state = pipeline.run("move_to_failed", a_failed_job(pipeline))
    assert_moved(pipeline)
    assert state["move_status"] == "success"
    assert state["failed_key"] == FAILED_KEY
    assert state["error_key"] == ERROR_KEY
    assert state["failure_reason"] == "missing_columns"
    moved = pipeline.s3.objects["raw", FAILED_KEY]
    assert moved.content_type == "text/csv; charset=windows-874"
    assert moved.metadata["reason"] == "missing_columns"
    written = reason_file(pipeline)
    assert {name: written[name] for name in ("reason", "message", "details")} == REJECTION
    assert written["source_key"] == KEY
    assert written["failed_at"].endswith("+00:00")
    assert "ไม่พบ" in pipeline.s3.objects["raw", ERROR_KEY].body.decode()


def test_the_original_is_deleted_last(pipeline: Pipeline) -> None:
    pipeline.run("move_to_failed", a_failed_job(pipeline))
    assert pipeline.s3.calls == [
        "head_object",
        "copy_object",
        "head_object",
        "put_object",
        "delete_object",
    ]


@pytest.mark.parametrize("operation", ["head_object", "copy_object", "put_object", "delete_object"])
@pytest.mark.parametrize("taken_effect", [False, True])
def test_49_cut_off_at_any_call_the_file_is_never_lost_and_the_next_run_finishes(
    pipeline: Pipeline,
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
    taken_effect: bool,
) -> None:
    state = a_failed_job(pipeline)
    real = getattr(FakeS3, operation)

    def struck(self: FakeS3, **arguments: Any) -> None:
        if taken_effect:
            real(self, **arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(FakeS3, operation, struck)
        with pytest.raises(KeyboardInterrupt):
            pipeline.run("move_to_failed", state)
    assert any(stored.body == BODY for stored in pipeline.s3.objects.values())
    assert pipeline.run("move_to_failed", state)["move_status"] == "success"
    assert_moved(pipeline)


def test_running_again_after_success_changes_nothing(pipeline: Pipeline) -> None:
    state = a_failed_job(pipeline)
    first = pipeline.run("move_to_failed", state)
    again = pipeline.run("move_to_failed", state)
    assert again == first
    assert_moved(pipeline)


def test_a_newer_upload_is_left_to_its_own_job(pipeline: Pipeline) -> None:
    state = a_failed_job(pipeline)
    pipeline.s3.put("raw", KEY, b"newer")
    state = pipeline.run("move_to_failed", state)
    assert pipeline.s3.keys("raw") == [ERROR_KEY, KEY]
    assert pipeline.s3.objects["raw", KEY].body == b"newer"
    assert state["move_status"] == "nothing_to_move"
    assert state["failed_key"] is None
    assert state["file_key"] is None
    assert reason_file(pipeline)["failed_key"] is None
    assert reason_file(pipeline)["file_key"] is None


@pytest.mark.parametrize("refusals", [ARCHIVED, OWN_KEY, KMS_KEY_DISABLED])
def test_a_file_that_s3_never_copies_stays_and_its_reason_says_where(
    pipeline: Pipeline, refusals: dict[str, Exception]
) -> None:
    state = a_failed_job(pipeline)
    pipeline.s3.put("raw", KEY, BODY, refusals=refusals)
    state = pipeline.run("move_to_failed", state)
    assert pipeline.s3.keys("raw") == [ERROR_KEY, KEY]
    assert pipeline.s3.objects["raw", KEY].body == BODY
    assert state["move_status"] == "kept_in_place"
    assert (state["failed_key"], state["file_key"]) == (None, KEY)
    written = reason_file(pipeline)
    assert (written["failed_key"], written["file_key"]) == (None, KEY)


def test_after_moving_has_failed_for_good_the_reason_is_written_and_the_file_stays(
    pipeline: Pipeline,
) -> None:
    denied = {"Error": "ClientError", "Cause": '{"errorType": "ClientError", "stackTrace": []}'}
    state = pipeline.run("move_to_failed", a_failed_job(pipeline, move_error=denied))
    assert pipeline.s3.keys("raw") == [ERROR_KEY, KEY]
    assert state["move_status"] == "kept_in_place"
    assert state["move_error"] == {"Error": "ClientError", "Cause": ""}
    assert "not moved: ClientError" in state["failure_message"]
    assert reason_file(pipeline)["reason"] == "missing_columns"
    assert reason_file(pipeline)["file_key"] == KEY


def test_a_copy_that_was_made_before_moving_failed_for_good_is_where_the_file_is(
    pipeline: Pipeline,
) -> None:
    state = a_failed_job(pipeline)
    pipeline.s3.faults.add("delete_object", client_error("AccessDenied", "DeleteObject", 403))
    with pytest.raises(ClientError):
        pipeline.run("move_to_failed", state)
    move_error = {"Error": "ClientError", "Cause": "denied"}
    state = pipeline.run("move_to_failed", {**state, "move_error": move_error})
    assert state["failed_key"] == FAILED_KEY
    assert reason_file(pipeline)["file_key"] == FAILED_KEY


@pytest.mark.parametrize("before", ["copy_object", "put_object"])
def test_an_upload_that_arrives_during_the_move_is_not_touched(
    pipeline: Pipeline,
    monkeypatch: pytest.MonkeyPatch,
    before: str,
) -> None:
    state = a_failed_job(pipeline)
    real = getattr(FakeS3, before)

    def overtaken(self: FakeS3, **arguments: Any) -> Any:
        self.put("raw", KEY, b"newer")
        return real(self, **arguments)

    monkeypatch.setattr(FakeS3, before, overtaken)
    state = pipeline.run("move_to_failed", state)
    assert pipeline.s3.objects["raw", KEY].body == b"newer"
    copied_in_time = before == "put_object"
    assert state["move_status"] == ("success" if copied_in_time else "nothing_to_move")
    assert (FAILED_KEY in pipeline.s3.keys("raw")) is copied_in_time


def test_an_upload_that_is_gone_gets_its_reason_only(pipeline: Pipeline) -> None:
    state = a_failed_job(pipeline)
    pipeline.s3.objects.clear()
    state = pipeline.run("move_to_failed", state)
    assert pipeline.s3.keys("raw") == [ERROR_KEY]
    assert state["move_status"] == "nothing_to_move"


def test_a_copy_that_differs_keeps_the_original(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(self: FakeS3, **arguments: Any) -> dict[str, Any]:
        self.objects[arguments["Bucket"], arguments["Key"]] = StoredObject(BODY[:-1])
        return {}

    monkeypatch.setattr(FakeS3, "copy_object", torn)
    with pytest.raises(CopyNotVerifiedError):
        pipeline.run("move_to_failed", a_failed_job(pipeline))
    assert pipeline.s3.objects["raw", KEY].body == BODY


def test_without_an_announced_version_what_stands_there_is_moved(pipeline: Pipeline) -> None:
    pipeline.run("move_to_failed", a_failed_job(pipeline, etag=None))
    assert_moved(pipeline)


def test_a_service_that_fails_for_a_while_is_named_for_the_retry(pipeline: Pipeline) -> None:
    pipeline.s3.faults.add("copy_object", client_error("SlowDown", "CopyObject", 503))
    with pytest.raises(TransientServiceError):
        pipeline.run("move_to_failed", a_failed_job(pipeline))


def test_a_denied_copy_is_an_error_and_the_file_stays(pipeline: Pipeline) -> None:
    pipeline.s3.faults.add("copy_object", client_error("AccessDenied", "CopyObject", 403))
    with pytest.raises(Exception, match="AccessDenied"):
        pipeline.run("move_to_failed", a_failed_job(pipeline))
    assert KEY in pipeline.s3.keys("raw")


def test_a_caught_error_is_shortened_and_its_stack_trace_dropped(pipeline: Pipeline) -> None:
    cause = {
        "errorType": "ValueError",
        "errorMessage": "invalid literal: 'สมชาย ใจดี'",
        "stackTrace": ["File handler.py: int('สมชาย ใจดี')"],
    }
    caught = {"Error": "ValueError", "Cause": json.dumps(cause)}
    state = a_failed_job(pipeline, error=caught)
    del state["rejection"]
    state = pipeline.run("move_to_failed", state)
    assert state["failure_reason"] == "processing_error"
    assert state["error"] == {"Error": "ValueError", "Cause": ""}
    assert "สมชาย" not in json.dumps([state, reason_file(pipeline)], ensure_ascii=False)
    assert reason_file(pipeline)["details"]["error_type"] == "ValueError"


def a_job_whose_transform_was_lost(pipeline: Pipeline, **changes: Any) -> dict[str, Any]:
    lost = {"Error": "Runtime.ExitError", "Cause": '{"errorType": "Runtime.ExitError"}'}
    state = a_failed_job(pipeline, parse_status="success", schema_valid=True, error=lost)
    del state["rejection"]
    return {**state, **changes}


RESULT_KEY = "processed/2024/01/20/ข้อมูล เสีย-01234567_result.json"


def test_a_result_written_before_transform_data_was_lost_goes_so_that_one_outcome_stays(
    pipeline: Pipeline,
) -> None:
    state = a_job_whose_transform_was_lost(pipeline)
    pipeline.s3.put("processed", RESULT_KEY, b"{}")
    pipeline.run("move_to_failed", state)
    assert pipeline.s3.keys("processed") == []
    assert_moved(pipeline)


def test_the_parts_of_a_result_that_nobody_completed_are_removed(pipeline: Pipeline) -> None:
    state = a_job_whose_transform_was_lost(pipeline)
    for key in (RESULT_KEY, RESULT_KEY + ".other"):
        upload = pipeline.s3.create_multipart_upload(
            Bucket="processed", Key=key, ContentType="application/json"
        )
        pipeline.s3.upload_part(
            Bucket="processed", Key=key, UploadId=upload["UploadId"], PartNumber=2, Body=b"rows"
        )
    pipeline.run("move_to_failed", state)
    assert list(pipeline.s3.multiparts) == [upload["UploadId"]]  # the other key's
    assert_moved(pipeline)


def test_parts_that_somebody_else_has_removed_meanwhile_are_no_error(pipeline: Pipeline) -> None:
    state = a_job_whose_transform_was_lost(pipeline)
    pipeline.s3.create_multipart_upload(
        Bucket="processed", Key=RESULT_KEY, ContentType="application/json"
    )
    gone = client_error("NoSuchUpload", "AbortMultipartUpload", 404)
    pipeline.s3.faults.add("abort_multipart_upload", gone)
    pipeline.run("move_to_failed", state)
    assert_moved(pipeline)


def test_a_job_that_was_lost_before_transform_data_deletes_no_result(pipeline: Pipeline) -> None:
    state = a_job_whose_transform_was_lost(pipeline)
    del state["schema_valid"]
    pipeline.s3.put("processed", RESULT_KEY, b"{}")
    pipeline.run("move_to_failed", state)
    assert pipeline.s3.keys("processed") == [RESULT_KEY]


def test_a_state_that_is_no_job_fails_loudly(pipeline: Pipeline) -> None:
    with pytest.raises(MalformedJobError):
        pipeline.run("move_to_failed", {"job_id": "x"})
