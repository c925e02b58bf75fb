"""Keeps every letter where LocalStack's inbox page, `/_aws/ses`, shows it, and has it relayed."""

import logging
import uuid

from localstack.services.ses import provider
from localstack.services.ses.models import SentEmail, SentEmailBody
from localstack.utils.aws.arns import extract_account_id_from_arn, extract_region_from_arn

from lab_engine.sns.letters import Letter
from lab_engine.sns.ownership import sent_by
from lab_engine.sns.relay import Relay, mail_server_from_environment

LOG = logging.getLogger(__name__)

_relays: list[Relay] = []
"""The one that `SMTP_HOST` asks for, or none."""


def start_relay() -> None:
    """Starts the relay if `SMTP_HOST` asks for one, and says so in the log."""
    server = mail_server_from_environment()
    if server is None:
        return
    LOG.info("copies of mails go to the mail server %s (SMTP_HOST)", server.address)
    _relays.append(Relay(server))


def post(letter: Letter, topic_arn: str) -> None:
    """Puts a topic's letter into the inbox, and a copy on its way if there is a relay."""
    keep(letter, extract_account_id_from_arn(topic_arn), extract_region_from_arn(topic_arn))
    for relay in _relays:
        relay.send(letter)


def keep(letter: Letter, account: str, region: str) -> None:
    """Shows a letter in the inbox and sends it nowhere.

    Args:
        letter: the letter.
        account: whose topic sent it; the inbox shows it as the field Account.
        region: where the topic is.
    """
    mail = SentEmail(
        Id=str(uuid.uuid4()),
        Region=region,
        Destination={"ToAddresses": [letter.recipient]},
        Source=letter.sender,
        Subject=letter.subject,
        Body=SentEmailBody(text_part=letter.text, html_part=None),
    )
    with sent_by(account):
        provider.save_for_retrospection(mail)
