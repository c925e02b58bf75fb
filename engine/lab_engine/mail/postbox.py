"""Keeps every letter where LocalStack's inbox page shows it, and relays it by SMTP if asked to.

The inbox is `/_aws/ses`. With `SMTP_HOST` (`host` or `host:port`; with `SMTP_USER` and `SMTP_PASS`
where the server wants a login) the same letter also goes to a real mail server such as Mailpit.
"""

import logging
import os
import smtplib
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import EmailMessage

from localstack.services.ses.models import SentEmail, SentEmailBody
from localstack.services.ses.provider import save_for_retrospection

from lab_engine.mail.letters import Letter

LOG = logging.getLogger(__name__)

_SMTP_PORT = 25
_SMTP_TIMEOUT_SECONDS = 10
_SMTP_THREAD = ThreadPoolExecutor(1, thread_name_prefix="smtp-relay")
"""One thread: an unreachable mail server must not hold up SNS's own delivery threads."""


@dataclass(frozen=True)
class MailServer:
    """Where letters are relayed to."""

    host: str
    port: int
    user: str | None
    password: str | None


def mail_server_from_environment() -> MailServer | None:
    """Reads `SMTP_HOST`, `SMTP_USER` and `SMTP_PASS`; None when there is no relay."""
    address = os.environ.get("SMTP_HOST", "").strip()
    if not address:
        return None
    host, _, port = address.partition(":")
    return MailServer(
        host,
        int(port or _SMTP_PORT),
        os.environ.get("SMTP_USER") or None,
        os.environ.get("SMTP_PASS") or None,
    )


def post(letter: Letter, region: str) -> None:
    """Puts a letter into the inbox, and on its way if there is a relay."""
    keep(letter, region)
    if server := mail_server_from_environment():
        _SMTP_THREAD.submit(_relay, letter, server)


def keep(letter: Letter, region: str) -> None:
    """Shows a letter in the inbox and sends it nowhere."""
    save_for_retrospection(
        SentEmail(
            Id=str(uuid.uuid4()),
            Region=region,
            Destination={"ToAddresses": [letter.recipient]},
            Source=letter.sender,
            Subject=letter.subject,
            Body=SentEmailBody(text_part=letter.text, html_part=None),
        )
    )


def _relay(letter: Letter, server: MailServer) -> None:
    message = EmailMessage()
    message["From"] = letter.sender
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message.set_content(letter.text)
    try:
        with smtplib.SMTP(server.host, server.port, timeout=_SMTP_TIMEOUT_SECONDS) as smtp:
            if server.user and server.password:
                smtp.starttls()
                smtp.login(server.user, server.password)
            smtp.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        LOG.warning("could not relay a mail to %s:%d: %s", server.host, server.port, error)
