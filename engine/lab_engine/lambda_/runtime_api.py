"""The Lambda Runtime API of one execution environment, at an address of its own.

See https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. Any runtime client can use it:
the tests run AWS's own awslambdaric against it.

A request for the next invocation removes it, so web pages must be kept out. The address is secret:
one of 16 million on the loopback network, and a port, known to the environment's process only. A
secret path would work for most clients, but awslambdaric reads what follows the colon as a port
when it reports an init error. Requests of browsers are refused in any case, and so is any other
Host (DNS rebinding).
"""

import contextlib
import json
import os
import queue
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any

from lab_engine.gate.rules import comes_from_a_browser

_MAX_HEADERS = 100
_MAX_HEADER_BYTES = 64 * 1024
MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100
"""The maximum of a synchronous answer on AWS, with a little space for its envelope."""


def secret_address() -> str:
    """Return a random address of the loopback network that nobody can guess.

    Linux answers at all of them without any setup; 127.0.0.1 is never returned.
    """
    first, last = 1 + secrets.randbelow(254), 1 + secrets.randbelow(254)
    return f"127.{first}.{secrets.randbelow(256)}.{last}"


@dataclass(frozen=True)
class Invocation:
    """What the runtime is asked to do."""

    request_id: str
    function_arn: str
    event: bytes
    deadline_ms: int
    """Unix time in milliseconds at which the invocation times out."""
    trace_id: str
    client_context: str | None = None
    """JSON text."""

    def headers(self) -> dict[str, str]:
        """Return the headers of the answer to `/invocation/next`."""
        headers = {
            # Without a content type awslambdaric's native client crashes.
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": self.request_id,
            "Lambda-Runtime-Deadline-Ms": str(self.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": self.function_arn,
            "Lambda-Runtime-Trace-Id": self.trace_id,
        }
        if self.client_context:
            headers["Lambda-Runtime-Client-Context"] = self.client_context
        return headers


@dataclass(frozen=True)
class Ready:
    """The runtime has asked for its first invocation: the init phase is over."""


@dataclass(frozen=True)
class InitFailed:
    """The runtime could not load the handler."""

    error: bytes


@dataclass(frozen=True)
class Answered:
    """The runtime has answered the invocation."""

    body: bytes
    is_error: bool
    is_last: bool = False
    """The answer was refused; the runtime then ends itself."""


Message = Ready | InitFailed | Answered


class RuntimeApiServer:
    """Serves one runtime and passes on its messages.

    Args:
        freeze: Called when the runtime has no invocation.
        thaw: Called before it gets one.
    """

    def __init__(self, freeze: Callable[[], None], thaw: Callable[[], None]) -> None:
        self.freeze = freeze
        self.thaw = thaw
        self.invocations: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._has_message = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._listener = socket.create_server((secret_address(), 0))
        host, port = self._listener.getsockname()
        self.address = f"{host}:{port}"
        """The value of AWS_LAMBDA_RUNTIME_API."""
        self.is_ready = False
        self.kill_process: Callable[[], None] | None = None
        """Called instead of accepting the answer, if a fault asks for it."""
        self._closed = False
        self._closing = threading.Lock()

    def serve(self) -> None:
        """Begin to answer; clients that have connected before wait until then."""
        threading.Thread(target=self._accept, name="lambda-runtime-api", daemon=True).start()

    def fileno(self) -> int:
        """Return a file descriptor that is readable while `take_message` has a message."""
        return self._has_message

    def deliver(self, message: Message) -> None:
        """Pass on a message of the runtime; nobody takes it after `close`."""
        self._messages.put(message)
        self.wake()

    def wake(self) -> None:
        """Make its file descriptor readable, as a message would."""
        with self._closing:
            if not self._closed:
                os.eventfd_write(self._has_message, 1)

    def take_message(self) -> Message | None:
        """Return the oldest message that was not taken yet; None if there is none."""
        # First the descriptor, then the messages: one that comes in between makes it readable
        # again. The other way round its sign would be cleared, and it would lie there unseen.
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._has_message)
        try:
            message = self._messages.get_nowait()
        except queue.Empty:
            return None
        if not self._messages.empty():
            self.wake()
        return message

    def offer(self, invocation: Invocation) -> None:
        """Queue an invocation for the runtime."""
        self.invocations.put(invocation)

    def close(self) -> None:
        """Close the server; its connections end with the runtime's process."""
        self.invocations.put(None)
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._closing:
            self._closed = True
            os.close(self._has_message)

    def _accept(self) -> None:
        while True:
            try:
                connection, address = self._listener.accept()
            except OSError:  # closed
                return
            threading.Thread(
                target=self._serve,
                args=(connection, address),
                name="lambda-runtime-api",
                daemon=True,
            ).start()

    def _serve(self, connection: socket.socket, address: Any) -> None:
        with connection, contextlib.suppress(ConnectionError):
            _Exchange(connection, address, self)


class _Exchange(BaseHTTPRequestHandler):
    """One connection of a runtime."""

    protocol_version = "HTTP/1.1"
    # Send head and body at once in one packet: otherwise each invocation waits 40 ms for the
    # client's delayed acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1
    raw_requestline: bytes
    """The first line of a request, which the base class has read."""

    def __init__(self, connection: socket.socket, address: Any, api: RuntimeApiServer) -> None:
        self.api = api
        self.runtime_headers: dict[str, str] = {}
        super().__init__(connection, address, None)  # type: ignore[arg-type]

    def parse_request(self) -> bool:
        """Read the head, and refuse what a runtime would not send.

        The standard library reads a head with its parser for mail, which took two thirds of the
        time spent here.
        """
        self.request_version, self.close_connection = self.protocol_version, False
        words = self.raw_requestline.decode("latin-1").split()
        headers = self._read_headers()
        if headers is None or len(words) != len(("method", "path", "version")):
            return self._refuse(HTTPStatus.BAD_REQUEST)
        self.command, self.path, _ = words
        self.runtime_headers = headers
        is_addressed = headers.get("host") == self.api.address
        if not is_addressed or comes_from_a_browser(lambda name: headers.get(name.lower())):
            return self._refuse(HTTPStatus.FORBIDDEN)
        if headers.get("expect", "").lower() == "100-continue":
            self.handle_expect_100()
            self.wfile.flush()  # libcurl waits a second for it
        return True

    def _read_headers(self) -> dict[str, str] | None:
        """Return the headers by their names in small letters; None if a runtime sends none such."""
        headers: dict[str, str] = {}
        for _ in range(_MAX_HEADERS):
            line = self.rfile.readline(_MAX_HEADER_BYTES)
            if line == b"\r\n":
                return headers
            name, colon, value = line.decode("latin-1").partition(":")
            if not colon or not line.endswith(b"\n") or name.lower() in headers:
                return None
            headers[name.lower()] = value.strip()
        return None

    def _refuse(self, status: HTTPStatus) -> bool:
        self._answer(status)
        self.close_connection = True
        return False

    def do_GET(self) -> None:
        """Answer `/runtime/invocation/next` as soon as there is an invocation."""
        if not self.path.endswith("/runtime/invocation/next"):
            self._answer(HTTPStatus.NOT_FOUND)
            return
        if not self.api.is_ready:
            self.api.is_ready = True
            self.api.deliver(Ready())
        invocation = self._wait_for_invocation()
        if invocation is None:
            self.close_connection = True
            return
        self._answer(HTTPStatus.OK, invocation.event, invocation.headers())

    def do_POST(self) -> None:
        """Accept `/runtime/invocation/<id>/response`, `.../error` and `/runtime/init/error`."""
        body = self.rfile.read(int(self.runtime_headers.get("content-length", 0)))
        if self.path.endswith("/runtime/init/error"):
            self.api.deliver(InitFailed(body))
        elif self.api.kill_process is not None:
            self.api.kill_process()
            self.close_connection = True
            return
        elif self.path.endswith("/error"):
            self.api.deliver(Answered(body, is_error=True))
        elif len(body) > MAX_RESPONSE_BYTES:
            self._refuse_large_response()
            return
        else:
            self.api.deliver(Answered(body, is_error=False))
        self._answer(HTTPStatus.ACCEPTED, b'{"status":"OK"}\n')

    def _wait_for_invocation(self) -> Invocation | None:
        try:
            return self.api.invocations.get_nowait()
        except queue.Empty:
            self.api.freeze()
            invocation = self.api.invocations.get()
            self.api.thaw()
            return invocation

    def _refuse_large_response(self) -> None:
        message = (
            f"Response payload size exceeded maximum allowed payload size "
            f"({MAX_RESPONSE_BYTES} bytes)."
        )
        error = {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": message}
        self.api.deliver(Answered(json.dumps(error).encode(), is_error=True, is_last=True))
        refusal = {
            "errorType": "RequestEntityTooLarge",
            "errorMessage": f"Exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes).",
        }
        self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, json.dumps(refusal).encode())

    def _answer(
        self, status: HTTPStatus, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response_only(status)
        for name, value in (headers or {"Content-Type": "application/json"}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Log nothing: LocalStack logs the invocations themselves."""
