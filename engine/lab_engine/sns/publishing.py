"""Delivers a published message as the letter (or text message) AWS would send."""

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
    """Reads LocalStack's subscription record."""
    return Subscription(
        arn=record["SubscriptionArn"],
        topic_arn=record["TopicArn"],
        address=record["Endpoint"],
        link_base=public_endpoint(),
    )


def from_line(topic_attributes: dict[str, Any]) -> str:
    """Who a letter of this topic comes from."""
    return letters.sender(
        topic_attributes.get("DisplayName"), config.SNS_SES_SENDER_ADDRESS or _SNS_ADDRESS
    )


def publish_letter(self: Any, context: Any, subscriber: dict[str, Any]) -> None:
    """Post a message as the letter that SNS would send."""
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


def is_to_be_published(
    should_publish: Callable[..., bool],
    self: Any,
    policies: dict[str, Any],
    message: Any,
    subscriber: dict[str, Any],
) -> bool:
    """Sends nothing to an address whose owner has not confirmed."""
    pending = subscriber["PendingConfirmation"] != "false"
    if pending and subscriber["Protocol"] in _EMAIL_PROTOCOLS:
        return False
    return bool(should_publish(self, policies, message, subscriber))


def publish_text_message(
    publish: Callable[..., None], self: Any, context: Any, subscriber: dict[str, Any]
) -> None:
    """Show a topic's text message beside the mails."""
    publish(self, context, subscriber)
    _keep_text_message(context, subscriber["Endpoint"])


def publish_text_message_to_number(
    publish: Callable[..., None], self: Any, context: Any, endpoint: str
) -> None:
    """Show a text message to one number beside the mails."""
    publish(self, context, endpoint)
    _keep_text_message(context, endpoint)


def _keep_text_message(context: Any, phone_number: str) -> None:
    """Shows a text message beside the mails of the account and region it was published in."""
    sender = context.topic_attributes.get("DisplayName") or "NOTICE"
    message = context.message.message_content("sms")
    letter = Letter(sender, phone_number, "SMS", message)
    postbox.keep(letter, context.store._account_id, context.store._region_name)
