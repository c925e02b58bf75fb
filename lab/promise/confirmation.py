"""E-mail addresses that the lab itself has subscribed, confirmed in their owner's place."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from lab.promise.evidence import read_mails
from provision.target import unless_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lab.running import RunningLab

PENDING = "PendingConfirmation"


def confirm_addresses(lab: RunningLab) -> None:
    """Open the link in each mail that asks for the address of the pipeline's topic.

    Outside the first account nobody else does that, and the pipeline that the lab has put there
    would send no mail. With LAB_CONFIRM_EMAIL=ask it is left to the address's owner.
    """
    if lab.record.variables.get("LAB_CONFIRM_EMAIL") == "ask":
        return
    sns, topic = lab.client("sns"), lab.arns.topic
    listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    if PENDING in [each["SubscriptionArn"] for each in listed]:
        for token in set(_tokens(lab, topic)):
            # A mail about an earlier topic of this name has a token that is not valid any more.
            unless_missing(
                partial(sns.confirm_subscription, TopicArn=topic, Token=token), "InvalidParameter"
            )


def _tokens(lab: RunningLab, topic: str) -> Iterator[str]:
    """Yield the tokens in the links of the mails that ask about a topic."""
    for mail in read_mails(lab):
        for word in mail.text.split():
            asked = parse_qs(urlsplit(word).query) if "Token=" in word else {}
            if asked.get("TopicArn") == [topic]:
                yield from asked["Token"]
