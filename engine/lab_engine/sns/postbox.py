"""Keep every mail for LocalStack's inbox page, `/_aws/ses`, and relay a copy."""

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
"""The relay that `SMTP_HOST` asks for; empty without one."""


def start_relay() -> None:
    """Start the relay if `SMTP_HOST` asks for one, and log it."""
    server = mail_server_from_environment()
    if server is None:
        return
    LOG.info("copies of mails go to the mail server %s (SMTP_HOST)", server.address)
    _relays.append(Relay(server))


def post(letter: Letter, topic_arn: str) -> None:
    """Put a topic's mail into the inbox, and send a copy if there is a relay."""
    keep(letter, extract_account_id_from_arn(topic_arn), extract_region_from_arn(topic_arn))
    for relay in _relays:
        relay.send(letter)


def keep(letter: Letter, account: str, region: str) -> None:
    """Put a mail into the inbox only.

    Args:
        letter: The mail.
        account: The account of its topic; the inbox shows it as the field Account.
        region: The region of its topic.
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
