"""What the plugin replaces in LocalStack's SNS, and in SES, which keeps the inbox."""

from localstack.services.ses import provider as ses
from localstack.services.ses.provider import SesProvider, register_ses_api_resource
from localstack.services.sns.provider import SnsProvider
from localstack.services.sns.publisher import (
    EmailJsonTopicPublisher,
    PublishDispatcher,
    SmsPhoneNumberPublisher,
    SmsTopicPublisher,
)

from lab_engine.gaps import MAIL
from lab_engine.growing import Growing
from lab_engine.patching import Replacement, Start, around, instead
from lab_engine.sns import confirmation, detached, ownership, postbox, publishing, subject_rules

PATCHES: tuple[Replacement, ...] = (
    around(
        SnsProvider,
        "publish",
        subject_rules.publish_checked,
        why="a subject that AWS refuses is accepted",
        gap=MAIL,
    ),
    around(
        SnsProvider,
        "publish_batch",
        subject_rules.publish_batch_checked,
        why="a subject that AWS refuses is accepted",
        gap=MAIL,
    ),
    around(
        SnsProvider,
        "subscribe",
        confirmation.subscribe,
        why="an e-mail address is not asked for its confirmation",
        gap=MAIL,
    ),
    around(
        SnsProvider,
        "list_subscriptions_by_topic",
        confirmation.hide_pending_arns,
        why="an unconfirmed subscription shows its ARN",
        gap=MAIL,
    ),
    around(
        SnsProvider,
        "unsubscribe",
        detached.unsubscribe,
        why="a subscription of a deleted topic cannot be removed once the topic is made again",
        gap=MAIL,
    ),
    instead(
        EmailJsonTopicPublisher,
        "_publish",
        publishing.publish_letter,
        why="every mail has one constant subject; alarms come as JSON",
        gap=MAIL,
    ),
    around(
        PublishDispatcher,
        "_should_publish",
        publishing.should_publish,
        why="unconfirmed addresses get mail",
        gap=MAIL,
    ),
    around(
        SmsTopicPublisher,
        "_publish",
        publishing.publish_text_message,
        why="text messages are not in the inbox",
        gap=MAIL,
    ),
    around(
        SmsPhoneNumberPublisher,
        "_publish",
        publishing.publish_text_message_to_number,
        why="text messages are not in the inbox",
        gap=MAIL,
    ),
    *(
        around(
            SesProvider,
            operation,
            ownership.send_as_caller,
            why="the mails of all accounts are in one list",
            gap=MAIL,
        )
        for operation in ownership.SENDING_OPERATIONS
    ),
    around(
        ses,
        "save_for_retrospection",
        ownership.save_with_account,
        why="the inbox does not say which account sent a mail",
        gap=MAIL,
    ),
    instead(ses, "EMAILS", Growing(), why="the inbox is listed while mail arrives", gap=MAIL),
)

STARTS: tuple[Start, ...] = (
    Start(register_ses_api_resource),
    Start(postbox.start_relay),
    Start(confirmation.serve_links),
)
