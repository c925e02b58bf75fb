"""Deliver a published message as the mail or text message that AWS would send."""

from collections.abc import Callable
from typing import Any

from localstack import config

from lab_engine.public_endpoint import public_endpoint
from lab_engine.sns import letters, postbox
from lab_engine.sns.alarm_text import readable_alarm
from lab_engine.sns.letters import Letter, Subscription

_SNS_ADDRESS = "no-reply@sns.amazonaws.com"
_EMAIL_PROTOCOLS = frozenset({"email", "email-json"})


def subscription_of(record: dict[str, Any]) -> Subscription:
    """Return the subscription that LocalStack's record describes."""
    return Subscription(
        arn=record["SubscriptionArn"],
        topic_arn=record["TopicArn"],
        address=record["Endpoint"],
        link_base=public_endpoint(),
    )


def from_line(topic_attributes: dict[str, Any]) -> str:
    """Return the sender of this topic's mails."""
    return letters.sender(
        topic_attributes.get("DisplayName"), config.SNS_SES_SENDER_ADDRESS or _SNS_ADDRESS
    )


def publish_letter(self: Any, context: Any, subscriber: dict[str, Any]) -> None:
    """Post a message as the mail that SNS would send."""
    subscription = subscription_of(subscriber)
    origin = from_line(context.topic_attributes)
    subject = context.message.subject
    if subscriber["Protocol"] == "email-json":
        body = self.prepare_message(context.message, subscriber, context.topic_attributes)
        letter = Letter(origin, subscription.address, subject or "AWS Notification Message", body)
    else:
        message = context.message.message_content("email")
        if alarm := readable_alarm(message):
            subject, message = alarm.subject, alarm.body
        letter = letters.notification(subscription, origin, subject, message)
    postbox.post(letter, subscription.topic_arn)


def should_publish(
    original: Callable[..., bool],
    self: Any,
    policies: dict[str, Any],
    message: Any,
    subscriber: dict[str, Any],
) -> bool:
    """Tell whether a subscriber gets a message; an unconfirmed address does not."""
    pending = subscriber["PendingConfirmation"] != "false"
    if pending and subscriber["Protocol"] in _EMAIL_PROTOCOLS:
        return False
    return bool(original(self, policies, message, subscriber))


def publish_text_message(
    publish: Callable[..., None], self: Any, context: Any, subscriber: dict[str, Any]
) -> None:
    """Publish a topic's text message and show it in the inbox."""
    publish(self, context, subscriber)
    _keep_text_message(context, subscriber["Endpoint"])


def publish_text_message_to_number(
    publish: Callable[..., None], self: Any, context: Any, endpoint: str
) -> None:
    """Publish a text message to one number and show it in the inbox."""
    publish(self, context, endpoint)
    _keep_text_message(context, endpoint)


def _keep_text_message(context: Any, phone_number: str) -> None:
    """Put a text message into the inbox of its account and region."""
    sender = context.topic_attributes.get("DisplayName") or "NOTICE"
    message = context.message.message_content("sms")
    letter = Letter(sender, phone_number, "SMS", message)
    postbox.keep(letter, context.store._account_id, context.store._region_name)
