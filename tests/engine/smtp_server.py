"""A mail server of the tests' own: as much SMTP as a relay speaks, in plain text or by STARTTLS."""

import base64
import email
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default as modern


class MailServer(socketserver.ThreadingTCPServer):
    """Takes every letter.

    Args:
        port: where it listens; a free one is the caller's business.
        certificate: with one, STARTTLS is offered.
        login: the user and password it asks for; None asks for nothing.
        host: the address it listens on.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self,
        port: int,
        certificate: ssl.SSLContext | None = None,
        login: tuple[str, str] | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self.letters: list[EmailMessage] = []
        self.logins: list[tuple[str, str]] = []
        self.certificate = certificate
        self.login = login
        super().__init__((host, port), _Conversation)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def letters_to(self, recipient: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == recipient]


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.has_tls = False
        self.is_known = self.server.login is None
        self._say("220 test")
        while line := self.rfile.readline().strip().decode():
            command, _, rest = line.partition(" ")
            answer = getattr(self, f"_{command.lower()}", lambda _: "250 ok")(rest)
            if answer:
                self._say(answer)
            if command == "QUIT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
        self.wfile.flush()

    def _ehlo(self, _: str) -> str:
        offers = ["test"]
        if self.server.certificate and not self.has_tls:
            offers.append("STARTTLS")
        if self.server.login:
            offers.append("AUTH PLAIN")
        return "\r\n".join([*(f"250-{each}" for each in offers[:-1]), f"250 {offers[-1]}"])

    def _starttls(self, _: str) -> str:
        assert self.server.certificate
        self._say("220 go on")
        self.connection = self.server.certificate.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")
        self.has_tls = True
        return ""

    def _auth(self, rest: str) -> str:
        _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
        self.server.logins.append((user, password))
        self.is_known = (user, password) == self.server.login
        # Servers may repeat what they were told; a log must not.
        return "235 ok" if self.is_known else f"535 no {password} for {user}"

    def _mail(self, _: str) -> str:
        return "250 ok" if self.is_known else "530 log in first"

    def _data(self, _: str) -> str:
        self._say("354 go on")
        lines = b"".join(iter(self.rfile.readline, b".\r\n"))
        letter = email.message_from_bytes(lines, policy=modern)
        assert isinstance(letter, EmailMessage)
        self.server.letters.append(letter)
        return "250 ok"

    def _quit(self, _: str) -> str:
        return "221 bye"


@contextmanager
def serving(server: MailServer) -> Iterator[MailServer]:
    """Serves until the end of the block; then nobody answers on its port."""
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
