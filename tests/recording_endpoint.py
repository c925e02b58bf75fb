"""An endpoint that passes each request of AWS's APIs on to another one, and keeps its operation."""

from __future__ import annotations

import contextlib
import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

READING = ("Describe", "Get", "Head", "List", "Validate", "GET ", "HEAD ")
"""How the operations begin that change nothing; of REST APIs their method."""

_BY_THE_SERVER = ("connection", "date", "server", "transfer-encoding", "content-length")


class RecordingEndpoint:
    """The endpoint.

    Attributes:
        url: Where it is, on this machine.
        asked: The operations it was asked for.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[str] = []

    @property
    def writes(self) -> list[str]:
        """Those of the operations that change something."""
        return [each for each in self.asked if not each.startswith(READING)]


@contextlib.contextmanager
def record_requests(endpoint: str) -> Iterator[RecordingEndpoint]:
    """Run an endpoint in front of another one until the end of the block.

    Args:
        endpoint: That answers.
    """
    answering = urlsplit(endpoint).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = dict(self.headers)
            recorded.asked.append(_operation(self.command, self.path, headers, body))
            connection = http.client.HTTPConnection(answering, timeout=60)
            try:
                connection.request(self.command, self.path, body, headers)
                answer = connection.getresponse()
                content = answer.read()
            finally:
                connection.close()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in _BY_THE_SERVER:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _pass_on  # noqa: N815 - the server's names

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        recorded = RecordingEndpoint(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield recorded
        finally:
            server.shutdown()


def _operation(method: str, path: str, headers: Mapping[str, str], body: bytes) -> str:
    """Return an operation as its service's protocol names it; of a REST API method and path."""
    if target := headers.get("X-Amz-Target"):
        return target.rpartition(".")[2]
    if "/operation/" in path:
        return path.rpartition("/")[2]
    action = parse_qs(body.decode("utf-8", "replace")).get("Action")
    return action[0] if action else f"{method} {path}"
