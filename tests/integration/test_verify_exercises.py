"""What the exercises of the course leave is told by the checker, and is no broken promise."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from lab.promise.verify import Report, UploadedObject, verify
from tests.integration.sales_files import BAD_SCHEMA, SAMPLE_SALES, sales_of
from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.integration.lab_under_test import LabUnderTest, Upload

ROWS_TO_STOP_IN = 400_000
"""Of a file whose workflow still runs when its job is found: a few seconds on a quick machine."""

CLOCK = "the lifecycle's clock"


def _checked(lab: LabUnderTest, *uploads: Upload) -> Report:
    since = min(upload.uploaded_at for upload in uploads) - timedelta(seconds=5)
    objects = [UploadedObject(upload.key, upload.etag, upload.body) for upload in uploads]
    return verify(lab, objects, since=since)


def _findings_about(report: Report, subject: str) -> list[str]:
    return [str(finding) for finding in report.findings if finding.subject == subject]


def _set_clock(monkeypatch: pytest.MonkeyPatch, ahead: timedelta) -> None:
    """Let the checker see the lifecycle's clock so far ahead; the lab's own clock stays."""
    now = datetime.now(UTC) + ahead
    monkeypatch.setattr("lab.promise.lifecycle.get_page", lambda *_: {"now": now.isoformat()})


def _job(lab: LabUnderTest, key: str, **more: str) -> dict[str, Any]:
    """The workshop's hand-made input."""
    return {
        "job_id": "test-job-001",
        "source_bucket": lab.settings.raw_bucket,
        "source_key": key,
        "destination_bucket": lab.settings.processed_bucket,
        "submitted_at": "2024-01-15T10:00:00",
        **more,
    }


def test_a_failure_that_has_expired_is_still_an_outcome(
    lab: LabUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Week 4, exercise 3."""
    lab.needs_a_lab(CLOCK)
    upload = lab.upload("expires.csv", BAD_SCHEMA)
    outcome = lab.outcome_of(upload)
    lab.assert_every_promise_is_kept([upload])
    for key in (outcome.key, f"{outcome.key}.error.json"):
        lab.client("s3").delete_object(Bucket=lab.settings.raw_bucket, Key=key)

    _set_clock(monkeypatch, timedelta(days=29))
    gone_too_early = _checked(lab, upload)
    _set_clock(monkeypatch, timedelta(days=31))
    expired = _checked(lab, upload)

    [finding] = gone_too_early.findings
    assert "has 0 outcomes" in finding.text
    assert (expired.findings, expired.failed, expired.expired) == ([], 1, 1)


def test_a_result_does_not_expire(lab: LabUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.needs_a_lab(CLOCK)
    upload = lab.upload("stays.csv", SAMPLE_SALES)
    outcome = lab.outcome_of(upload)
    lab.assert_every_promise_is_kept([upload])
    lab.client("s3").delete_object(Bucket=lab.settings.processed_bucket, Key=outcome.key)

    _set_clock(monkeypatch, timedelta(days=366))

    assert [finding.rule for finding in _checked(lab, upload).findings] == ["outcome"]


@pytest.mark.parametrize("name", ["by-hand", "execution-job-by-hand", "execution-test-job-001"])
def test_an_execution_started_by_hand_is_told_and_promised_nothing(
    lab: LabUnderTest, name: str
) -> None:
    """The workshop's own test of the state machine; `execution-job-` and no etag was a KeyError."""
    upload = lab.upload("by-hand.csv", SAMPLE_SALES)
    lab.outcome_of(upload)
    named = f"{name}-{secrets.token_hex(4)}"
    lab.start_by_hand(_job(lab, upload.key), name=named)
    lab.start_by_hand(_job(lab, "uploads/never-there.csv"))

    wait_until("the promise to be kept", lambda: _checked(lab, upload).kept)
    whole = verify(lab)

    assert _findings_about(whole, upload.key) == []
    assert _findings_about(whole, "uploads/never-there.csv") == []
    [told] = [note for note in whole.notes if "started by hand" in note]
    assert named in told


def test_a_job_run_again_by_hand_may_mail_again(lab: LabUnderTest) -> None:
    upload = lab.upload("again.csv", SAMPLE_SALES)
    job_id = lab.outcome_of(upload).job_id
    job = json.loads(lab.execution_of(job_id)["input"])
    lab.mail_of(job_id)

    lab.start_by_hand(job)

    wait_until("the second mail", lambda: len(lab.mails_of(job_id)) >= 2)
    assert _checked(lab, upload).findings == []


def test_a_job_that_was_stopped_by_hand_is_told_as_stopped(lab: LabUnderTest) -> None:
    """Week 3, question 3."""
    upload = lab.upload("stopped.csv", sales_of(ROWS_TO_STOP_IN, seed=1).body)
    arn = lab.execution_arn(f"execution-{lab.job_id_of(upload)}")
    lab.client("stepfunctions").stop_execution(executionArn=arn)

    wait_until("the execution to be stopped", lambda: _checked(lab, upload).stopped)
    report = _checked(lab, upload)

    assert (report.findings, report.processed, report.failed, report.mails) == ([], 0, 0, 0)
    assert [note for note in verify(lab).notes if "stopped by hand" in note]


def test_another_subscriber_s_messages_are_no_second_mail(lab: LabUnderTest) -> None:
    """Week 4, exercise 1."""
    lab.needs_a_lab("the mail page")
    sns = lab.client("sns")
    topic = next(
        each["TopicArn"]
        for each in sns.list_topics()["Topics"]
        if each["TopicArn"].endswith(f":{lab.settings.topic_name}")
    )
    phone = "+66812345678"
    subscription = sns.subscribe(
        TopicArn=topic, Protocol="sms", Endpoint=phone, ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    try:
        upload = lab.upload("sms.csv", SAMPLE_SALES)
        job_id = lab.outcome_of(upload).job_id
        wait_until("a mail and a text message", lambda: len(lab.mails_of(job_id)) >= 2)
    finally:
        sns.unsubscribe(SubscriptionArn=subscription)

    assert _checked(lab, upload).findings == []
    [told] = [note for note in verify(lab).notes if "told as well" in note]
    assert phone in told


def test_a_message_that_is_about_no_upload_is_told_and_breaks_nothing(lab: LabUnderTest) -> None:
    """Week 2, exercise 1, without the purge at its end."""
    token = secrets.token_hex(8)
    lab.client("sqs").send_message(QueueUrl=lab.dlq.url, MessageBody=f"not a job {token}")
    try:
        report = verify(lab)
    finally:
        lab.dlq.take(token)

    assert _findings_about(report, lab.settings.dlq.name) == []
    [told] = [note for note in report.notes if lab.settings.dlq.name in note]
    assert told.endswith("about no upload")


def test_an_upload_that_was_given_up_is_a_finding(lab: LabUnderTest) -> None:
    token = secrets.token_hex(8)
    body = json.dumps(_job(lab, f"uploads/{token}.csv", etag=token))
    lab.client("sqs").send_message(QueueUrl=lab.dlq.url, MessageBody=body)
    try:
        report = verify(lab)
    finally:
        lab.dlq.take(token)

    assert _findings_about(report, lab.settings.dlq.name) == [
        f"in flight: {lab.settings.dlq.name}: it holds 1 message(s)"
    ]
