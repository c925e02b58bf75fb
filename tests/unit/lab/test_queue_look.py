"""Mails and dead letters where only AWS's API can be asked: received, and shown to all again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lab.promise.dead_letters import peek
from lab.promise.evidence import mails_are_kept_since, read_mails, recipient_of_mails
from lab.promise.queue_look import look_into
from lab.running import LabRecord, RunningLab

NOTIFICATIONS = "pipeline-notifications-queue"


class FakeSqs:
    """One queue as SQS keeps it, as far as a look is concerned.

    Args:
        bodies: Of its messages.
        twice: Whether it gives the first one a second time, as standard queues may.
    """

    def __init__(self, *bodies: str, twice: bool = False) -> None:
        self.messages: list[dict[str, Any]] = [
            {"MessageId": str(n), "ReceiptHandle": f"h{n}", "Body": body, "Attributes": {}}
            for n, body in enumerate(bodies)
        ]
        self.visible = list(self.messages) + self.messages[: int(twice)]
        self.hidden: dict[str, Any] = {}
        self.fails_after: int | None = None

    def get_queue_url(self, QueueName: str) -> dict[str, str]:  # noqa: N803 - boto3's name
        return {"QueueUrl": f"http://127.0.0.1:9/{QueueName}"}

    def receive_message(self, **asked: Any) -> dict[str, Any]:
        if self.fails_after == len(self.hidden):
            raise ConnectionError
        assert asked["MaxNumberOfMessages"] == 10
        assert asked["VisibilityTimeout"] > 0
        taken, self.visible = self.visible[:10], self.visible[10:]
        self.hidden |= {each["ReceiptHandle"]: each for each in taken}
        return {"Messages": taken} if taken else {}

    def change_message_visibility_batch(self, **asked: Any) -> None:
        assert 1 <= len(asked["Entries"]) <= 10
        for entry in asked["Entries"]:
            assert entry["VisibilityTimeout"] == 0
            self.visible.append(self.hidden.pop(entry["ReceiptHandle"]))


def notification(number: int, job: str = "job-1", sent: str = "2026-11-26T10:00:00.123Z") -> str:
    return json.dumps(
        {
            "Type": "Notification",
            "MessageId": f"sns-{number}",
            "Subject": f"subject {number}",
            "Message": f"งาน / Job: {job}\nRows: 5",
            "Timestamp": sent,
        }
    )


def lab_with(sqs: FakeSqs) -> RunningLab:
    return RunningLab(LabRecord(4566, engine="endpoint"), clients={"sqs": sqs})


def test_every_message_is_seen_once_and_shown_to_all_again() -> None:
    sqs = FakeSqs(*(f"body {n}" for n in range(23)), twice=True)
    found = look_into(sqs, "url")
    assert sorted(each["Body"] for each in found) == sorted(f"body {n}" for n in range(23))
    assert len(sqs.visible) == 23
    assert sqs.hidden == {}


def test_a_look_that_fails_shows_what_it_had_received() -> None:
    sqs = FakeSqs(*map(str, range(15)))
    sqs.fails_after = 10
    with pytest.raises(ConnectionError):
        look_into(sqs, "url")
    assert sqs.hidden == {}


def test_without_a_mail_page_the_copies_in_the_queue_are_the_mails() -> None:
    sqs = FakeSqs(
        notification(2, "job-b", "2026-11-26T10:00:02.000Z"),
        notification(1, "job-a"),
        notification(1, "job-a"),  # one notification that SNS delivered twice
        "no notification",
        json.dumps({"Records": []}),
    )
    lab = lab_with(sqs)
    mails = read_mails(lab)
    assert [(mail.job_id, mail.subject) for mail in mails] == [
        ("job-a", "subject 1"),
        ("job-b", "subject 2"),
    ]
    assert mails[0].sent == datetime(2026, 11, 26, 10, 0, 0, tzinfo=UTC)
    assert {mail.recipients for mail in mails} == {(NOTIFICATIONS,)}
    assert recipient_of_mails(lab) == NOTIFICATIONS
    kept_since = mails_are_kept_since(lab)
    assert kept_since is not None
    assert datetime.now(UTC) - kept_since >= timedelta(days=4)


def test_a_lab_with_a_mail_page_knows_all_mails_and_whom_they_were_sent_to() -> None:
    lab = RunningLab(LabRecord(4566))
    assert mails_are_kept_since(lab) is None
    assert recipient_of_mails(lab) == "student@example.com"


def test_dead_letters_are_seen_without_a_page() -> None:
    sqs = FakeSqs('{"source_key": "uploads/a.csv"}')
    sqs.messages[0]["Attributes"] = {
        "SentTimestamp": "1764151200000",
        "ApproximateReceiveCount": "4",
        "DeadLetterQueueSourceArn": "arn:aws:sqs:ap-southeast-1:000000000000:pipeline-main-queue",
    }
    [letter] = peek(lab_with(sqs))
    assert (letter.sent_at_ms, letter.receives, letter.from_queue) == (1764151200000, 4, True)
