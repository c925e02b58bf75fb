"""Listening to a topic for a while, as one more of its subscribers."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from course.listing import listed
from course.sandbox import Sandbox
from provision.target import unless_missing


@dataclass(frozen=True)
class Notification:
    """One message as the topic published it.

    Attributes:
        subject: What a mail has as its subject.
        message: Its text.
        status: Its message attribute of this name, empty without.
    """

    subject: str
    message: str
    status: str

    @property
    def text(self) -> str:
        """Subject and message."""
        return f"{self.subject}\n{self.message}"

    @property
    def outcome(self) -> str:
        """What it tells of a file: `success` or `failed`, by its attribute, else by its sign."""
        return self.status or ("success" if "✅" in self.subject else "failed")


@dataclass
class Listener:
    """A queue that is subscribed to a topic.

    Attributes:
        sandbox: Whose topic it is.
        url: The queue.
        heard: All that came so far.
    """

    sandbox: Sandbox
    url: str
    heard: list[Notification] = field(default_factory=list)

    def about(self, word: str) -> list[Notification]:
        """Return what was published with this word in it."""
        sqs = self.sandbox.client("sqs")
        while got := sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=0
        ).get("Messages"):
            for each in got:
                self.heard.append(_read(each["Body"]))
                sqs.delete_message(QueueUrl=self.url, ReceiptHandle=each["ReceiptHandle"])
        return [each for each in self.heard if word in each.text]


@contextmanager
def listening(sandbox: Sandbox, topic_arn: str) -> Iterator[Listener]:
    """Subscribe a queue of one's own to a topic, and leave nothing behind.

    Raises:
        botocore.exceptions.ClientError: There is no such topic.
    """
    sqs, sns = sandbox.client("sqs"), sandbox.client("sns")
    name = f"pipeline-check-{secrets.token_hex(4)}"
    sending = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": sandbox.arn("sqs", name),
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [sending]})
    url = sqs.create_queue(QueueName=name, Attributes={"Policy": policy})["QueueUrl"]
    try:
        subscription = sns.subscribe(
            TopicArn=topic_arn,
            Protocol="sqs",
            Endpoint=sandbox.arn("sqs", name),
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
        try:
            yield Listener(sandbox, url)
        finally:
            sns.unsubscribe(SubscriptionArn=subscription)
    finally:
        sqs.delete_queue(QueueUrl=url)


def subscriptions(sandbox: Sandbox, topic: str) -> list[dict[str, Any]]:
    """Return who is subscribed to a topic, as SNS lists them; nobody to one that is not there."""
    sns, arn = sandbox.client("sns"), sandbox.arn("sns", topic)
    found = unless_missing(
        lambda: list(listed(sns, "list_subscriptions_by_topic", "Subscriptions", TopicArn=arn)),
        "NotFound",
    )
    return found or []


def _read(body: str) -> Notification:
    told: dict[str, Any] = json.loads(body)
    status = told.get("MessageAttributes", {}).get("status", {}).get("Value", "")
    return Notification(told.get("Subject") or "", told.get("Message") or "", status)
