"""SNS: the topic of notifications and who receives them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from provision import policies, tags
from provision.target import Target, unless_missing

if TYPE_CHECKING:
    from provision.changes import Changes
    from provision.removals import Removals

_PENDING: Final = "PendingConfirmation"
"""What an unconfirmed subscription has instead of an ARN."""


def ensure_topic(target: Target, changes: Changes) -> None:
    """Make the topic exist; the pipeline's alarms may publish to it."""
    sns = target.client("sns")
    arn = target.arns.topic
    wanted: dict[str, Any] = {
        "DisplayName": target.settings.topic_display_name,
        "Policy": policies.topic_policy(target.arns),
    }
    found = unless_missing(lambda: sns.get_topic_attributes(TopicArn=arn)["Attributes"], "NotFound")
    actual = found and {
        "DisplayName": found.get("DisplayName", ""),
        "Policy": json.loads(found["Policy"]),
    }

    def apply() -> None:
        attributes = wanted | {"Policy": json.dumps(wanted["Policy"])}
        if actual is None:
            sns.create_topic(
                Name=target.settings.topic_name,
                Attributes=attributes,
                Tags=tags.tag_list(target.settings),
            )
            return
        for name, value in attributes.items():
            if actual[name] != wanted[name]:
                sns.set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=value)

    changes.settle(target.settings.topic_name, wanted=wanted, actual=actual, apply=apply)
    if actual is not None:
        tags.ensure_tags(target, changes, target.settings.topic_name, arn)


def remove_topic(target: Target, removals: Removals) -> None:
    """Remove the topic, with its subscriptions.

    A subscription that was never confirmed stays: AWS deletes it by itself after some days, and
    it receives nothing.
    """
    sns, arn = target.client("sns"), target.arns.topic

    def delete() -> None:
        for page in sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn):
            for each in page["Subscriptions"]:
                if each["SubscriptionArn"] != _PENDING:
                    sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
        sns.delete_topic(TopicArn=arn)

    if unless_missing(lambda: sns.get_topic_attributes(TopicArn=arn), "NotFound"):
        removals.remove(target, target.settings.topic_name, arn, delete)


def ensure_subscriptions(target: Target, changes: Changes) -> None:
    """Subscribe the e-mail address and the notifications queue to the topic.

    An address of an earlier `LAB_EMAIL` stays, because it could have been added by hand. On AWS a
    new address receives nothing until its owner has confirmed.
    """
    sns = target.client("sns")
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=target.arns.topic)
    # In a plan the topic may not exist yet.
    found = unless_missing(lambda: [s for page in pages for s in page["Subscriptions"]], "NotFound")
    existing = {
        (each["Protocol"], each["Endpoint"]): each["SubscriptionArn"] for each in found or ()
    }
    queue = target.arns.queue(target.settings.notifications_queue.name)
    for protocol, endpoint in (("email", target.settings.email), ("sqs", queue)):
        _ensure_subscription(
            target, changes, protocol, endpoint, existing.get((protocol, endpoint))
        )


def _ensure_subscription(
    target: Target, changes: Changes, protocol: str, endpoint: str, subscription: str | None
) -> None:
    sns = target.client("sns")
    wanted = {"RawMessageDelivery": "false"}
    actual: dict[str, str] | None = None
    if subscription == _PENDING:
        actual = wanted  # it has no attributes yet
    elif subscription is not None:
        given = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
        actual = {name: given.get(name, "false") for name in wanted}

    def apply() -> None:
        if actual is None:
            sns.subscribe(TopicArn=target.arns.topic, Protocol=protocol, Endpoint=endpoint)
            return
        for name, value in wanted.items():
            sns.set_subscription_attributes(
                SubscriptionArn=subscription, AttributeName=name, AttributeValue=value
            )

    changes.settle(f"{protocol} subscription", wanted=wanted, actual=actual, apply=apply)
