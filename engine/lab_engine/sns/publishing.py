"""Delivers a published message as the letter (or text message) AWS would send."""

from collections.abc import Callable
from typing import Any

from localstack import config
from localstack.services.ses.provider import register_ses_api_resource
from localstack.services.sns.publisher import (
    EmailJsonTopicPublisher,
    PublishDispatcher,
    SmsPhoneNumberPublisher,
    SmsTopicPublisher,
)
from localstack.utils.patch import patch

from lab_engine.public_endpoint import public_endpoint
from lab_engine.sns import letters, postbox
from lab_engine.sns.alarm_text import readable_alarm
from lab_engine.sns.letters import Letter, Subscription

_SNS_ADDRESS = "no-reply@sns.amazonaws.com"
_EMAIL_PROTOCOLS = frozenset({"email", "email-json"})


def install() -> None:
    """Replaces LocalStack's e-mail publishers and lets only confirmed addresses receive mail."""
    register_ses_api_resource()
    patch(EmailJsonTopicPublisher._publish, pass_target=False)(_publish_letter)
    patch(PublishDispatcher._should_publish)(_should_publish)
    patch(SmsTopicPublisher._publish)(_publish_text_message)
    patch(SmsPhoneNumberPublisher._publish)(_publish_text_message_to_number)


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


def _publish_letter(self: Any, context: Any, subscriber: dict[str, Any]) -> None:
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


def _should_publish(
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


def _publish_text_message(
    publish: Callable[..., None], self: Any, context: Any, subscriber: dict[str, Any]
) -> None:
    publish(self, context, subscriber)
    _keep_text_message(context, subscriber["Endpoint"])


def _publish_text_message_to_number(
    publish: Callable[..., None], self: Any, context: Any, endpoint: str
) -> None:
    publish(self, context, endpoint)
    _keep_text_message(context, endpoint)


def _keep_text_message(context: Any, phone_number: str) -> None:
    """Shows a text message beside the mails of the account and region it was published in."""
    sender = context.topic_attributes.get("DisplayName") or "NOTICE"
    message = context.message.message_content("sms")
    letter = Letter(sender, phone_number, "SMS", message)
    postbox.keep(letter, context.store._account_id, context.store._region_name)
