"""Serve an ordinary HTTP connection by one thread, from its first request to its last.

Twisted reads and parses all requests in one thread, hands each to another, and takes the answer
back: three threads wait for each other, and for the interpreter, in every request. Here the thread
that reads a request also handles and answers it. h11 is what reads and writes HTTP.

Twisted accepts a connection and reads its beginning. If that is the whole head of an ordinary
request, the connection is taken from it. What begins otherwise stays with Twisted: TLS, HTTP/2,
websockets, a head in several packets, and what h11 would refuse.
"""

import contextlib
import logging
import re
import socket
import struct
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from time import time
from typing import IO, Any
from urllib.parse import unquote_to_bytes, urlsplit

import h11
from rolo.gateway.wsgi import WsgiGateway
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from lab_engine.gate import server as gate

LOG = logging.getLogger(__name__)

_MOST_HEAD_BYTES = 64 * 1024
_READ_BYTES = 64 * 1024
_IN_MEMORY_BYTES = 1024 * 1024
"""A larger body is in a file until it is complete, as Twisted does it: what handles a request never
sees one that breaks off."""
_IDLE_SECONDS = 60
"""How long a client may send nothing, or take nothing, as Twisted has it."""

_LAST_SECONDS, _LAST_READS = 1, 16
"""How long and how often what follows a refused request is read."""

_ORDINARY = re.compile(rb"[A-Z]+ [\x21-\x7e]+ HTTP/1\.1\r\n")
_PORT = re.compile(r":\d*$")
_HOST = b"\r\nhost:"
_UPGRADE = b"\r\nupgrade:"
_SERVER = "LocalStack"
_UNSENDABLE = re.compile(rb"[\0\n\v\f\r]")
_WITHOUT_BODY = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})

_STOP_SECONDS = 10
"""How long a stop waits for answers that are under way, as LocalStack does for Twisted's."""


class BrokenOffError(Exception):
    """The client has ended the connection, or sent or taken nothing for long."""


Application = Callable[[dict[str, Any], Callable[..., Any]], Any]
"""In the sense of WSGI (PEP 3333)."""


def take_over(receive: Callable[..., None], protocol: Any, data: bytes) -> None:
    """Serve a connection here if it begins with an ordinary request.

    Args:
        receive: LocalStack's method, which serves it by Twisted.
        protocol: LocalStack's protocol of the connection, which looks for TLS.
        data: What was read.
    """
    if protocol._isInitialized or not is_ordinary(data):
        receive(protocol, data)
        return
    application = WsgiGateway(protocol.factory.wrappedFactory.resource.gateway)
    connection = Connection(_taken_from_twisted(protocol.transport), application)
    threading.Thread(target=connection.serve, args=(data,), name="http", daemon=True).start()


class _UnderWay:
    """How many requests are being answered."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def __enter__(self) -> None:
        with self._changed:
            self._count += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._count -= 1
            if not self._count:
                self._changed.notify_all()

    def wait_for_none(self, seconds: float) -> bool:
        """Wait until there is none; tell whether that came in time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._count, seconds)


_UNDER_WAY = _UnderWay()


def finish_first(shut_down: Callable[..., None], server: Any) -> None:
    """Stop the server when what is under way is answered."""
    if not _UNDER_WAY.wait_for_none(_STOP_SECONDS):
        LOG.warning("stopped while requests were under way")
    shut_down(server)


def is_ordinary(data: bytes) -> bool:
    """Tell whether a connection begins with the whole head of a request that h11 can read.

    Args:
        data: The first bytes that came.
    """
    head, end, _ = data.partition(b"\r\n\r\n")
    names = head.lower()
    return bool(end and _ORDINARY.match(head) and names.count(_HOST) == 1 and _UPGRADE not in names)


def _taken_from_twisted(transport: Any) -> socket.socket:
    handle: socket.socket = transport.getHandle()
    taken = handle.dup()
    transport.stopReading()
    # Closed before Twisted does it, which would end the connection for the duplicate as well.
    handle.close()
    reason: Any = Failure
    transport.connectionLost(reason(ConnectionDone()))
    return taken


class Connection:
    """One connection.

    Args:
        connected: Its socket.
        application: What answers its requests.
    """

    def __init__(self, connected: socket.socket, application: Application) -> None:
        self._socket = connected
        self._application = application
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=_MOST_HEAD_BYTES)

    def serve(self, data: bytes = b"") -> None:
        """Answer requests until the client ends the connection, or an answer has to.

        Args:
            data: What was already read.
        """
        with self._socket:
            try:
                self._set_up()
            except OSError as error:
                LOG.debug("a connection had ended before it was served: %s", error)
                return
            try:
                if data:  # no data would mean the end of the connection
                    self._http.receive_data(data)
                while self._answer_next():
                    self._http.start_next_cycle()
            except BrokenOffError as error:
                LOG.debug("a connection broke off: %s", error)
            except Exception:
                LOG.exception("a connection failed")

    def _set_up(self) -> None:
        self._address, self._port = self._socket.getsockname()[:2]
        self._peer_address, self._peer_port = self._socket.getpeername()[:2]
        self._socket.setblocking(True)
        self._set_patience(_IDLE_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _set_patience(self, seconds: int) -> None:
        # The kernel counts the time. Python's own timeout would wait for the interpreter twice.
        patience = struct.pack("ll", seconds, 0)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, patience)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience)

    def _answer_next(self) -> bool:
        """Answer one request; tell whether there can be another."""
        try:
            request = self._next_event()
            if not isinstance(request, h11.Request):
                return False
            self._go_on()
            with self._body() as body, _UNDER_WAY:
                self._answer(request, body)
        except h11.RemoteProtocolError as error:
            self._refuse(error)
        return self._http.our_state is self._http.their_state is h11.DONE

    def _go_on(self) -> None:
        """Tell a client that asks whether to send the body to do so, even if there is none.

        botocore takes what it is told instead for the beginning of the next answer, too: it then
        sends an object again that was stored.
        """
        if self._http.they_are_waiting_for_100_continue:
            go_on = h11.InformationalResponse(
                status_code=HTTPStatus.CONTINUE, headers=[], reason=HTTPStatus.CONTINUE.phrase
            )
            _send(self._socket, self._http.send(go_on) or b"")

    def _next_event(self) -> Any:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(_received(self._socket))
        return event

    def _body(self) -> IO[bytes]:
        """Read the whole body."""
        body = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115 - the caller does
        while isinstance(event := self._next_event(), h11.Data):
            body.write(event.data)
        body.seek(0)
        return body

    def _refuse(self, error: h11.RemoteProtocolError) -> None:
        """Say what is wrong with a request, if nothing was answered yet."""
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            text = f"Refused: this is not HTTP as it should be: {error}.\n"
            self._new_answer().send_text(error.error_status_hint, text)
            self._end_sending()

    def _end_sending(self) -> None:
        """Read for a moment what still comes: unread, it would take the answer from the client."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
            self._set_patience(_LAST_SECONDS)
            for _ in range(_LAST_READS):
                if not self._socket.recv(_READ_BYTES):
                    break

    def _new_answer(self, *, is_head: bool = False) -> "_Answer":
        return _Answer(self._http, self._socket, is_head=is_head)

    def _answer(self, request: h11.Request, body: IO[bytes]) -> None:
        method, uri = request.method.decode("ascii"), request.target.decode("ascii")
        headers = _joined(request.headers)
        answer = self._new_answer(is_head=method == "HEAD")
        admission = gate.admit(method, uri, lambda name: headers.get(name.lower()), self._address)
        if admission.refusal is not None:
            answer.send_text(HTTPStatus.FORBIDDEN, admission.refusal)
            return
        if admission.is_sandboxed:
            answer.add("content-security-policy", gate.SANDBOX.decode())
        environ = self._environ(request, method, uri, headers) | {"wsgi.input": body}
        try:
            answer.send(self._application(environ, answer.start))
        except BrokenOffError:
            raise
        except Exception:
            if self._http.our_state is not h11.SEND_RESPONSE:  # the client has a part of it
                raise
            LOG.exception("%s has no answer", method)
            failed = self._new_answer(is_head=method == "HEAD")
            failed.send_text(HTTPStatus.INTERNAL_SERVER_ERROR, "The server failed.\n")

    def _environ(
        self, request: h11.Request, method: str, uri: str, headers: dict[str, str]
    ) -> dict[str, Any]:
        """Return a request as WSGI describes it, with rolo's additions."""
        path, _, query = uri.partition("?")
        if not path.startswith("/"):  # the absolute form, as for a proxy
            path = urlsplit(path).path
        variables = {
            "HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()
        }
        return variables | {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": uri,
            "RAW_URI": uri,
            "CONTENT_TYPE": headers.get("content-type", ""),
            "CONTENT_LENGTH": headers.get("content-length", ""),
            "SERVER_NAME": _PORT.sub("", headers["host"]),
            "SERVER_PORT": str(self._port),
            "SERVER_PROTOCOL": f"HTTP/{request.http_version.decode()}",
            "REMOTE_ADDR": self._peer_address,
            "REMOTE_PORT": str(self._peer_port),
            "rolo.headers": request.headers.raw_items(),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.input_terminated": True,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }


class _Answer:
    """The answer to one request.

    Args:
        http: The state of the connection.
        connected: Its socket.
        is_head: There is no body, whatever the headers say.
    """

    def __init__(self, http: h11.Connection, connected: socket.socket, *, is_head: bool) -> None:
        self._http = http
        self._socket = connected
        self._is_head = is_head
        self._status = ""
        self._headers: list[tuple[str, str]] = []
        self._unsent = b""

    def add(self, name: str, value: str) -> None:
        """Add a header to those of the application."""
        self._headers.append((name, value))

    def start(self, status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
        """Take status and headers, as WSGI's `start_response` does."""
        self._status = status
        # As Twisted does it, the server speaks for itself.
        self._headers += [each for each in headers if each[0].lower() not in ("server", "date")]

    def send_text(self, status: int, text: str) -> None:
        """Send a whole answer in plain text."""
        body = text.encode()
        kind = [("content-type", "text/plain; charset=utf-8"), ("content-length", str(len(body)))]
        self.start(f"{status} {HTTPStatus(status).phrase}", kind)
        self.send([body])

    def send(self, pieces: Any) -> None:
        """Send an answer piece by piece, the last one together with the end.

        Args:
            pieces: What an application has returned.
        """
        try:
            left = self._send_head()
            for piece in self._sent_pieces(pieces):
                self._unsent += self._http.send(h11.Data(data=piece)) or b""
                left = None if left is None else left - len(piece)
                if left != 0:
                    self._flush()
            self._unsent += self._http.send(h11.EndOfMessage()) or b""
            self._flush()
        finally:
            if close := getattr(pieces, "close", None):
                close()

    def _send_head(self) -> int | None:
        """Begin with the head; return how long the body is, if that is known."""
        code, _, reason = self._status.partition(" ")
        self.add("Server", _SERVER)
        self.add("Date", _http_date(int(time())))
        headers = [(name.encode("latin-1"), _sent_value(value)) for name, value in self._headers]
        head = h11.Response(status_code=int(code), headers=headers, reason=reason)
        self._unsent += self._http.send(head) or b""
        self._is_head = self._is_head or int(code) in _WITHOUT_BODY
        lengths = [value for name, value in self._headers if name.lower() == "content-length"]
        return int(lengths[0]) if lengths else None

    def _sent_pieces(self, pieces: Any) -> Iterator[bytes]:
        return iter(()) if self._is_head else (piece for piece in pieces if piece)

    def _flush(self) -> None:
        _send(self._socket, self._unsent)
        self._unsent = b""


def _send(connected: socket.socket, data: bytes) -> None:
    try:
        connected.sendall(data)
    except OSError as error:
        raise BrokenOffError(str(error)) from error


def _received(connected: socket.socket) -> bytes:
    try:
        return connected.recv(_READ_BYTES)
    except OSError as error:
        raise BrokenOffError(str(error)) from error


def _joined(headers: Any) -> dict[str, str]:
    """Return headers by their names in small letters; one that was sent twice is a list."""
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("ascii"), raw_value.decode("latin-1")
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _sent_value(value: str) -> bytes:
    """Return a header's value as HTTP can carry it: without blanks around it, on one line."""
    return _UNSENDABLE.sub(b" ", value.encode("latin-1")).strip(b" \t")


@lru_cache(maxsize=1)
def _http_date(second: int) -> str:
    return formatdate(second, usegmt=True)
