"""send-notification: what people read."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import MalformedJobError, Rejection, TransientServiceError
from pipeline.reasons import FILE_SENTENCES, FileReason
from pipeline.state import WorkflowState
from send_notification.mail import failure_mail, subject, success_mail
from tests.unit.lambdas.fakes import client_error
from tests.unit.lambdas.pipeline_under_test import Pipeline

NOW = datetime(2024, 1, 20, 18, 30, tzinfo=UTC)
DONE: WorkflowState = {
    "job_id": "job-20240120T235958-0123456789abcdef",
    "source_bucket": "raw",
    "source_key": "uploads/ยอดขาย มกราคม.csv",
    "destination_bucket": "processed-bucket",
    "output_key": "processed/2024/01/20/ยอดขาย มกราคม-01234567_result.json",
    "total_rows": 12345,
    "valid_rows": 12300,
    "rejected_rows": 45,
    "total_revenue": 7200.5,
}
FAILED: WorkflowState = {
    "job_id": DONE["job_id"],
    "source_bucket": "raw",
    "source_key": "uploads/bad.csv",
    "failed_key": "failed/2024/01/20/bad-01234567.csv",
    "rejection": {
        "reason": "missing_columns",
        "message": "ขาดคอลัมน์: date / Missing: date",
        "details": {"columns": ["date"]},
    },
}


def test_37_a_success_mail_has_sign_file_job_rows_revenue_and_result() -> None:
    mail = success_mail(DONE, NOW)
    assert mail.subject == "✅ Pipeline สำเร็จ — ยอดขาย มกราคม.csv"
    for part in ("✅", "ยอดขาย มกราคม.csv", DONE["job_id"], "12,345", "12,300", "45", "7,200.50"):
        assert part in mail.text
    assert f"processed-bucket/{DONE['output_key']}" in mail.text


def test_37_a_failure_mail_has_sign_reason_sentences_and_failed_key() -> None:
    mail = failure_mail(FAILED, NOW)
    assert mail.subject == "❌ Pipeline ล้มเหลว — bad.csv"
    for part in ("❌", "bad.csv", DONE["job_id"], "missing_columns"):
        assert part in mail.text
    assert "ขาดคอลัมน์: date\n   Missing: date\n" in mail.text
    assert "raw/failed/2024/01/20/bad-01234567.csv" in mail.text


def test_times_are_shown_in_bangkok() -> None:
    assert "2024-01-21 01:30:00" in success_mail(DONE, NOW).text
    assert "Asia/Bangkok" in failure_mail(FAILED, NOW).text


def test_30_the_failure_mail_names_the_real_cause() -> None:
    cause = json.dumps({"errorType": "ConfigurationError", "errorMessage": "X is missing"})
    mail = failure_mail({**FAILED, "error": {"Error": "ConfigurationError", "Cause": cause}}, NOW)
    assert "processing_error" in mail.text
    assert "ConfigurationError: X is missing (ParseCSV)" in mail.text


def test_31_a_file_that_could_not_be_moved_is_said_to_stand_where_it_stood() -> None:
    state: WorkflowState = {**FAILED, "move_error": {"Error": "ClientError", "Cause": ""}}
    del state["failed_key"]
    mail = failure_mail(state, NOW)
    assert "raw/uploads/bad.csv" in mail.text
    assert "missing_columns" in mail.text


def test_a_file_that_was_gone_points_to_its_reason() -> None:
    error_key = "failed/2024/01/20/bad.csv.error.json"
    state: WorkflowState = {**FAILED, "failed_key": None, "error_key": error_key}
    assert f"raw/{error_key}" in failure_mail(state, NOW).text


@given(st.text(max_size=400), st.sampled_from(["✅ Pipeline สำเร็จ — ", "❌ Pipeline ล้มเหลว — "]))
def test_38_any_file_name_gives_a_subject_sns_accepts(name: str, sign: str) -> None:
    state: WorkflowState = {**DONE, "source_key": f"uploads/{name}"}
    for mail in (success_mail(state, NOW), failure_mail(state, NOW)):
        assert len(mail.subject.encode("utf-16-le")) // 2 <= 99
        assert not any(character in mail.subject for character in "\r\n\t\x00\x7f\u2028\u202e")
        mail.text.encode()
    assert subject(sign, name).startswith(sign)


def test_38_a_200_character_thai_name_keeps_its_beginning_and_ending() -> None:
    mail = success_mail({**DONE, "source_key": "uploads/" + "ก" * 200 + "ท้าย.csv"}, NOW)
    assert len(mail.subject) == 99
    assert mail.subject.startswith("✅ Pipeline สำเร็จ — กกก")
    assert mail.subject.endswith("ท้าย.csv")
    assert "…" in mail.subject


def test_a_file_name_can_not_add_lines_to_a_mail() -> None:
    mail = failure_mail({**FAILED, "source_key": "uploads/a\nReason: paid\r\n.csv"}, NOW)
    assert "\nReason: paid" not in mail.text


@pytest.mark.parametrize("outcome", ["success", "failed"])
def test_37_the_mail_is_published_with_job_and_status(
    pipeline: Pipeline, outcome: str, capsys: pytest.CaptureFixture[str]
) -> None:
    state = pipeline.run("send_notification", {"outcome": outcome, "job": FAILED})
    assert state == {
        **FAILED,
        "notification_status": "sent",
        "notification_message_id": "mail-1",
    }
    (published,) = pipeline.sns.published
    assert published["MessageAttributes"]["status"]["StringValue"] == outcome
    assert published["MessageAttributes"]["job_id"]["StringValue"] == FAILED["job_id"]
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert line["event"] == "notification_sent"
    assert line["status"] == outcome


@pytest.mark.parametrize("outcome", ["success", "failed"])
@pytest.mark.parametrize("state", [{}, {"source_key": None, "total_revenue": "x", "rejection": 1}])
def test_a_state_that_lacks_anything_is_still_mailed(
    pipeline: Pipeline, outcome: str, state: dict[str, Any]
) -> None:
    pipeline.run("send_notification", {"outcome": outcome, "job": state})
    assert len(pipeline.sns.published) == 1


@pytest.mark.parametrize("event", [{}, {"outcome": "done", "job": {}}, {"outcome": "success"}])
def test_without_a_plain_outcome_nothing_is_mailed(
    pipeline: Pipeline, event: dict[str, Any]
) -> None:
    with pytest.raises(MalformedJobError):
        pipeline.run("send_notification", event)
    assert pipeline.sns.published == []


def test_a_publish_that_may_pass_is_named_for_the_retry(pipeline: Pipeline) -> None:
    pipeline.sns.faults.add("publish", client_error("Throttled", "Publish"))
    with pytest.raises(TransientServiceError):
        pipeline.run("send_notification", {"outcome": "success", "job": DONE})


@pytest.mark.parametrize("reason", FileReason)
def test_every_reason_reads_as_two_sentences_in_the_mail(reason: FileReason) -> None:
    mail = failure_mail({**FAILED, "rejection": Rejection(reason).as_json()}, NOW)
    english = FILE_SENTENCES[reason].split(" / ")[1].split(" ")[0]
    assert f"\n   {english}" in mail.text
