"""The texts of the mails that SNS sends, without their delivery."""

from dataclasses import dataclass
from urllib.parse import urlencode

CONFIRMATION_PATH = "/_lab/sns/confirmation"
UNSUBSCRIBE_PATH = "/_lab/sns/unsubscribe"

_DEFAULT_DISPLAY_NAME = "AWS Notifications"
_DEFAULT_SUBJECT = "AWS Notification Message"
_CONFIRMATION_SUBJECT = "AWS Notification - Subscription Confirmation"
_NO_REPLY = (
    "Please do not reply directly to this email. If you have any questions or comments regarding "
    "this email, please contact us at https://aws.amazon.com/support"
)


@dataclass(frozen=True)
class Letter:
    """One e-mail, ready to be sent."""

    sender: str
    recipient: str
    subject: str
    text: str


@dataclass(frozen=True)
class Subscription:
    """The subscription for which a mail is written, and the address of its links."""

    arn: str
    topic_arn: str
    address: str
    link_base: str
    """The emulator's address in the reader's browser, such as `http://127.0.0.1:4566`."""

    def confirmation_link(self, token: str) -> str:
        """Return the link that confirms this subscription."""
        query = {"TopicArn": self.topic_arn, "Token": token, "Endpoint": self.address}
        return f"{self.link_base}{CONFIRMATION_PATH}?{urlencode(query)}"

    @property
    def unsubscribe_link(self) -> str:
        """The link that ends this subscription."""
        query = {"SubscriptionArn": self.arn, "Endpoint": self.address}
        return f"{self.link_base}{UNSUBSCRIBE_PATH}?{urlencode(query)}"


def sender(display_name: str | None, address: str) -> str:
    """Return the From line: the topic's display name and SNS's address."""
    return f'"{display_name or _DEFAULT_DISPLAY_NAME}" <{address}>'


def notification(
    subscription: Subscription, from_line: str, subject: str | None, message: str
) -> Letter:
    """Return a published message as a mail, with SNS's unsubscribe link."""
    text = (
        f"{message}\n\n--\n"
        "If you wish to stop receiving notifications from this topic, please click or visit the "
        "link below to unsubscribe:\n"
        f"{subscription.unsubscribe_link}\n\n"
        f"{_NO_REPLY}\n"
    )
    return Letter(from_line, subscription.address, subject or _DEFAULT_SUBJECT, text)


def confirmation(subscription: Subscription, from_line: str, token: str) -> Letter:
    """Return the mail that asks the owner of the address to confirm."""
    text = (
        "You have chosen to subscribe to the topic:\n"
        f"{subscription.topic_arn}\n\n"
        "To confirm this subscription, click or visit the link below "
        "(If this was in error no action is necessary):\n"
        f"{subscription.confirmation_link(token)}\n\n"
        f"{_NO_REPLY}\n"
    )
    return Letter(from_line, subscription.address, _CONFIRMATION_SUBJECT, text)
