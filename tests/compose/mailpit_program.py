"""What runs in the stand-in for the Mailpit image: its ports, its check, as much API as is used.

`mailpit` takes mail on port 1025 and shows it at `/api/v1/messages` on port 8025; `mailpit readyz`
ends with 0 when the other one is ready. Copied into the image as `/mailpit` with the tests' mail
server beside it, so it imports nothing else of the repository.
"""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

sys.path.insert(0, "/usr/local/lib/mailpit")
from tests.engine.smtp_server import MailServer

if TYPE_CHECKING:
    from email.message import EmailMessage

EVERYWHERE = "0.0.0.0"  # noqa: S104 - inside a container
SMTP_PORT = 1025
WEB_PORT = 8025


def main() -> None:
    if sys.argv[1:] == ["readyz"]:
        with urlopen(f"http://127.0.0.1:{WEB_PORT}/readyz", timeout=4):
            return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # the first process has no default
    # Mailpit keeps its messages in a temporary database; where it can make none it ends.
    with tempfile.NamedTemporaryFile(), MailServer(SMTP_PORT, host=EVERYWHERE) as mail:
        threading.Thread(target=mail.serve_forever, daemon=True).start()
        page = type("Page", (Page,), {"letters": mail.letters})
        ThreadingHTTPServer((EVERYWHERE, WEB_PORT), page).serve_forever()


class Page(BaseHTTPRequestHandler):
    letters: list[EmailMessage]

    def do_GET(self) -> None:
        messages = [summary(letter) for letter in reversed(self.letters)]
        body = json.dumps({"total": len(messages), "messages": messages}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def summary(letter: EmailMessage) -> dict[str, Any]:
    def addresses(header: str) -> list[dict[str, str]]:
        found = letter[header].addresses
        return [{"Name": each.display_name, "Address": each.addr_spec} for each in found]

    return {
        "From": addresses("From")[0],
        "To": addresses("To"),
        "Subject": letter["Subject"],
    }


if __name__ == "__main__":
    main()
