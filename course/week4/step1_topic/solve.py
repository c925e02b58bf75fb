"""Make the topic, subscribe the student's address, and confirm it as its owner would."""

import json
import urllib.request
from typing import Final
from urllib.parse import parse_qs, urlsplit

from course.notifications import subscriptions
from course.sandbox import Sandbox
from provision.changes import Changes
from provision.target import unless_missing
from provision.waiting import Polling

TOPIC: Final = "pipeline-notifications"
DISPLAY_NAME: Final = "CSV Pipeline"
PENDING: Final = "PendingConfirmation"
PATIENCE_SECONDS: Final = 10.0


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards what the topic mails reaches the student, and no one else."""
    ensure_topic(sandbox, changes)
    wanted = {sandbox.email: "email"}
    changes.settle(
        f"mail subscriptions of {TOPIC}",
        wanted=wanted,
        actual={
            each["Endpoint"]: each["Protocol"]
            for each in subscriptions(sandbox, TOPIC)
            if each["SubscriptionArn"] != PENDING and each["Protocol"].startswith("email")
        }
        or None,
        apply=lambda: _subscribe(sandbox),
    )


def topic_arn(sandbox: Sandbox) -> str:
    """Return the topic's ARN."""
    return sandbox.arn("sns", TOPIC)


def ensure_topic(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the topic is there under its display name."""
    sns, arn = sandbox.client("sns"), topic_arn(sandbox)
    found = unless_missing(lambda: sns.get_topic_attributes(TopicArn=arn)["Attributes"], "NotFound")
    changes.settle(
        TOPIC,
        wanted=DISPLAY_NAME,
        actual=None if found is None else found.get("DisplayName", ""),
        apply=lambda: (
            sns.create_topic(Name=TOPIC, Attributes={"DisplayName": DISPLAY_NAME})
            if found is None
            else sns.set_topic_attributes(
                TopicArn=arn, AttributeName="DisplayName", AttributeValue=DISPLAY_NAME
            )
        ),
    )


def _subscribe(sandbox: Sandbox) -> None:
    """Take away other mail, subscribe the address, and open the letter's link."""
    sns = sandbox.client("sns")
    if any(each["Protocol"] == "email-json" for each in subscriptions(sandbox, TOPIC)):
        _confirm(sandbox, "email-json")  # what is pending has no ARN to be taken away by
    for each in subscriptions(sandbox, TOPIC):
        if each["SubscriptionArn"] != PENDING and each["Protocol"].startswith("email"):
            sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    sns.subscribe(TopicArn=topic_arn(sandbox), Protocol="email", Endpoint=sandbox.email)
    _confirm(sandbox, "email")


def _confirm(sandbox: Sandbox, protocol: str) -> None:
    """Open the link of the newest letter until a subscription of this protocol is confirmed."""
    for _ in Polling(within=PATIENCE_SECONDS, every=0.2):
        if any(
            each["Protocol"] == protocol and each["SubscriptionArn"] != PENDING
            for each in subscriptions(sandbox, TOPIC)
        ):
            return
        confirm_newest(sandbox)


def confirm_newest(sandbox: Sandbox) -> None:
    """Open the link of the newest letter that asks for a confirmation, if there is one."""
    token = _newest_token(sandbox)
    if token:
        sandbox.client("sns").confirm_subscription(TopicArn=topic_arn(sandbox), Token=token)


def _newest_token(sandbox: Sandbox) -> str | None:
    """Return the token in the newest letter that asks for a confirmation."""
    with urllib.request.urlopen(f"{sandbox.endpoint}/_aws/ses", timeout=10) as answer:  # noqa: S310
        letters = json.load(answer)["messages"]
    for letter in reversed(letters):
        text = str((letter.get("Body") or {}).get("text_part"))
        for word in text.split():
            asked = parse_qs(urlsplit(word).query) if "Token=" in word else {}
            if asked.get("TopicArn") == [topic_arn(sandbox)]:
                return asked["Token"][0]
    return None
