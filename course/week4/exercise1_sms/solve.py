"""Send text messages of failures only, by a filter on the subscription."""

import json
from typing import Any, Final

from course.notifications import subscriptions
from course.sandbox import Sandbox
from course.week4.step1_topic.solve import TOPIC, topic_arn
from provision.changes import Changes

PHONE: Final = "+66812345678"
FILTER: Final = {"status": ["failed"]}


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards a phone is told of failures, and not of successes."""
    sns = sandbox.client("sns")
    there = [each for each in subscriptions(sandbox, TOPIC) if each["Protocol"] == "sms"]
    changes.settle(
        f"filter of {PHONE}",
        wanted=[FILTER],
        actual=[filter_of(sandbox, each["SubscriptionArn"]) for each in there] or None,
        apply=lambda: (
            subscribe(sandbox, FILTER)
            if not there
            else [
                sns.set_subscription_attributes(
                    SubscriptionArn=each["SubscriptionArn"],
                    AttributeName="FilterPolicy",
                    AttributeValue=json.dumps(FILTER),
                )
                for each in there
            ]
        ),
    )


def subscribe(sandbox: Sandbox, policy: dict[str, Any] | None) -> None:
    """Subscribe the phone, with a filter or without."""
    attributes = {"FilterPolicy": json.dumps(policy)} if policy else {}
    sandbox.client("sns").subscribe(
        TopicArn=topic_arn(sandbox), Protocol="sms", Endpoint=PHONE, Attributes=attributes
    )


def filter_of(sandbox: Sandbox, subscription: str) -> Any:
    """Return a subscription's filter policy, None without."""
    found = sandbox.client("sns").get_subscription_attributes(SubscriptionArn=subscription)
    return json.loads(found["Attributes"].get("FilterPolicy") or "null")
