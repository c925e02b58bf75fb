"""Send copies of mails to a mail server such as Mailpit, if `SMTP_HOST` names one.

`SMTP_HOST` is `host` or `host:port`. With `SMTP_USER` and `SMTP_PASS` there is a login, by STARTTLS
and only if the server's certificate is valid, so that the password goes to nobody else. The inbox
keeps every mail in any case: if the server does not answer, only its copies are missing.
"""

import logging
import os
import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import make_msgid
from queue import SimpleQueue
from threading import Thread
from urllib.parse import urlsplit

from lab_engine.sns.letters import Letter

LOG = logging.getLogger(__name__)

_SMTP_PORT = 25
_TIMEOUT_SECONDS = 10
_OUR_NAME = "[127.0.0.1]"
"""The name in EHLO, as smtplib writes it for a machine without a public name.

Asking for the name can take seconds if no name server answers.
"""
_ID_DOMAIN = "sns.amazonaws.com"


class MailServerError(ValueError):
    """`SMTP_HOST`, `SMTP_USER` or `SMTP_PASS` is not valid."""


class LoginRefusedError(Exception):
    """The server refuses the user and password; the message does not contain them."""


@dataclass(frozen=True)
class MailServer:
    """The mail server that gets the copies."""

    host: str
    port: int = _SMTP_PORT
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """The server as people write it."""
        return f"{self.host}:{self.port}"


def mail_server_from_environment() -> MailServer | None:
    """Return the server in `SMTP_HOST`, `SMTP_USER` and `SMTP_PASS`; None without a relay.

    Raises:
        MailServerError: The host or port is not valid, or only half of a login is set.
    """
    written = os.environ.get("SMTP_HOST", "").strip()
    if not written:
        return None
    try:
        address = urlsplit(f"//{written}")
        host, port = address.hostname, address.port
    except ValueError:
        host, port = None, None
    if not host or address.netloc != written or address.username is not None:
        message = f"SMTP_HOST must be a host or host:port, such as mailpit:1025, not {written!r}"
        raise MailServerError(message)
    user = os.environ.get("SMTP_USER") or None
    password = os.environ.get("SMTP_PASS") or None
    if bool(user) != bool(password):
        raise MailServerError("SMTP_USER and SMTP_PASS go together: only one of them is set")
    return MailServer(host, port or _SMTP_PORT, user, password)


class Relay:
    """Sends mails to one mail server, one after the other, in the background.

    Its thread is a daemon: a server that does not answer delays neither SNS's deliveries nor
    LocalStack's end.
    """

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._letters: SimpleQueue[Letter] = SimpleQueue()
        self._missed = 0
        Thread(target=self._work, name="smtp-relay", daemon=True).start()

    def send(self, letter: Letter) -> None:
        """Queue a copy of the mail and return at once."""
        self._letters.put(letter)

    def _work(self) -> None:
        while True:
            letter = self._letters.get()
            try:
                _deliver(letter, self._server)
            except Exception as error:  # noqa: BLE001 - no mail may end the thread
                self._log_failure(error)
            else:
                self._log_recovery()

    def _log_failure(self, error: Exception) -> None:
        """Log the first failure only: one line per mail would fill the log."""
        if self._missed == 0:
            LOG.warning(
                "SMTP_HOST: %s took no copy of a mail (%s). Nothing is lost: every mail is kept "
                "in the inbox (scripts/lab inbox). This is said once until it takes mail again",
                self._server.address,
                error,
            )
        self._missed += 1

    def _log_recovery(self) -> None:
        if self._missed:
            LOG.info(
                "SMTP_HOST: %s takes mail again; mails that stand in the inbox only: %d",
                self._server.address,
                self._missed,
            )
        self._missed = 0


def _deliver(letter: Letter, server: MailServer) -> None:
    message = EmailMessage()
    message["From"] = letter.sender
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = make_msgid(domain=_ID_DOMAIN)
    message.set_content(letter.text)
    with smtplib.SMTP(server.host, server.port, _OUR_NAME, _TIMEOUT_SECONDS) as smtp:
        if server.user and server.password:
            _log_in(smtp, server.user, server.password)
        smtp.send_message(message)


def _log_in(smtp: smtplib.SMTP, user: str, password: str) -> None:
    smtp.starttls(context=ssl.create_default_context())
    try:
        smtp.login(user, password)
    except (smtplib.SMTPAuthenticationError, UnicodeError):
        message = "it does not accept SMTP_USER and SMTP_PASS"
        raise LoginRefusedError(message) from None
