"""An ordinary HTTP connection, served by a thread of its own."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.config import Config
from localstack.aws.serving.twisted import TLSMultiplexer, TLSMultiplexerFactory
from rolo.gateway import Gateway
from rolo.serving.twisted import TwistedGateway
from twisted.internet import reactor, ssl, threads

from lab_engine.patching import apply
from lab_engine.runtime import connections
from lab_engine.runtime.connections import Connection, is_ordinary
from lab_engine.runtime.patches import PATCHES

HERE = "127.0.0.1"
HOST = f"Host: {HERE}"
CHROMIUM = "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/142.0"
PATIENCE = 20
HEAD = f"GET /x HTTP/1.1\r\n{HOST}\r\n\r\n".encode()


class Recorder:
    """An application that keeps what it was asked, and answers what it is told to."""

    def __init__(self, pieces: Any = (b"answer",), headers: Any = None, status: str = "200 OK"):
        self.asked: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.pieces, self.status = pieces, status
        self.headers = (
            [("X-Kept-Case", "1"), ("Content-Length", "6")] if headers is None else headers
        )

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self.asked.append(environ)
        self.bodies.append(environ["wsgi.input"].read())
        start_response(self.status, self.headers)
        return self.pieces() if callable(self.pieces) else list(self.pieces)


@contextmanager
def connected(application: Any) -> Iterator[socket.socket]:
    """The client's end of a connection that is being served."""
    with socket.create_server((HERE, 0)) as listener:
        client = socket.create_connection(listener.getsockname(), timeout=PATIENCE)
        served, _ = listener.accept()
    thread = threading.Thread(target=Connection(served, application).serve, daemon=True)
    thread.start()
    with client:
        yield client
    thread.join(PATIENCE)
    assert not thread.is_alive()


def answers(application: Any, *requests: bytes) -> bytes:
    """All that comes back when these bytes are sent and the client sends no more."""
    with connected(application) as client:
        for each in requests:
            client.sendall(each)
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(1 << 16), b""))


def get(*headers: str, method: str = "GET", uri: str = "/", body: bytes = b"") -> bytes:
    return "\r\n".join([f"{method} {uri} HTTP/1.1", HOST, *headers, "", ""]).encode() + body


# --- what is served ----------------------------------------------------------------------------


def test_requests_of_one_connection_are_answered_in_order() -> None:
    application = Recorder()

    came = answers(application, get(uri="/1") + get(uri="/2"), get(uri="/3"))

    assert [each["PATH_INFO"] for each in application.asked] == ["/1", "/2", "/3"]
    assert came.count(b"HTTP/1.1 200 OK\r\n") == came.count(b"\r\n\r\nanswer") == 3
    assert b"\r\nX-Kept-Case: 1\r\n" in came
    assert came.count(b"\r\nServer: ") == came.count(b"\r\nDate: ") == 3


@pytest.mark.parametrize(
    "request_bytes",
    [
        get("Content-Length: 5", method="PUT", body=b"hello"),
        get("Transfer-Encoding: chunked", method="PUT", body=b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
    ],
    ids=["of a known length", "in chunks"],
)
def test_a_body_is_read_to_its_end(request_bytes: bytes) -> None:
    application = Recorder()

    answers(application, request_bytes[:-2], request_bytes[-2:])

    assert application.bodies == [b"hello"]


def test_a_body_larger_than_memory_takes_arrives_whole() -> None:
    application, body = Recorder(), b"0123456789" * 300_000

    answers(application, get(f"Content-Length: {len(body)}", method="PUT", body=body))

    assert application.bodies == [body]


@pytest.mark.parametrize("body", [b"hello", b""])
def test_who_waits_for_100_continue_is_told_to_go_on(body: bytes) -> None:
    application = Recorder()
    with connected(application) as client:
        head = get(f"Content-Length: {len(body)}", "Expect: 100-continue", method="PUT")
        client.sendall(head)
        came = client.recv(1 << 16)
        client.sendall(body)
        while not came.endswith(b"answer"):
            came += client.recv(1 << 16)

    assert came.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert application.bodies == [body]


def test_botocore_reads_each_answer_of_a_connection_as_its_own() -> None:
    """It asks before it sends any body, an empty one too."""
    application = Recorder(headers=[("Content-Length", "0")], pieces=[])
    with socket.create_server((HERE, 0)) as listener:
        thread = threading.Thread(target=serve_next, args=(listener, application), daemon=True)
        thread.start()
        s3 = boto3.client(
            "s3",
            endpoint_url=f"http://{HERE}:{listener.getsockname()[1]}",
            region_name="ap-southeast-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )
        for body in (b"", b"text", b"", b"more"):
            s3.put_object(Bucket="a-bucket", Key="k", Body=body)
        s3.close()
        thread.join(PATIENCE)

    assert len(application.asked) == 4
    assert {each.get("HTTP_EXPECT") for each in application.asked} == {"100-continue"}


def serve_next(listener: socket.socket, application: Any) -> None:
    served, _ = listener.accept()
    Connection(served, application).serve()


def test_the_answer_to_head_has_the_length_and_no_body() -> None:
    came = answers(Recorder(), get(method="HEAD"), get())

    head, _, rest = came.partition(b"\r\n\r\n")
    assert b"Content-Length: 6" in head
    assert rest.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_an_answer_that_may_have_no_body_has_none(status: str) -> None:
    came = answers(Recorder(status=status, headers=[]), get(), get())

    assert came.count(b"HTTP/1.1 ") == 2
    assert b"answer" not in came


def test_a_piece_is_sent_before_the_next_one_is_made() -> None:
    may_go_on = threading.Event()

    def pieces() -> Iterator[bytes]:
        yield b"first"
        assert may_go_on.wait(PATIENCE)
        yield b"second"

    with connected(Recorder(pieces, headers=[])) as client:
        client.sendall(get())
        came = client.recv(1 << 16)
        while b"first" not in came:
            came += client.recv(1 << 16)
        may_go_on.set()
        while not came.endswith(b"0\r\n\r\n"):
            came += client.recv(1 << 16)

    assert came.endswith(b"5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n")


def test_the_answer_is_closed_when_it_is_sent() -> None:
    closed = threading.Event()

    class Pieces(list[bytes]):
        def close(self) -> None:
            closed.set()

    answers(Recorder(lambda: Pieces([b"answer"])), get())

    assert closed.is_set()


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (" a b ", b"a b"),
        ("", b""),
        ("a\r\nX-Evil: 1", b"a  X-Evil: 1"),
        ("a\0b\v\x7f\x85\xe9", b"a b \x7f\x85\xe9"),
    ],
)
def test_a_value_that_http_cannot_carry_is_sent_on_one_line(value: str, sent: bytes) -> None:
    """Metadata of objects can have any."""
    came = answers(Recorder(headers=[("x-amz-meta-note", value), ("Content-Length", "6")]), get())

    assert b"\r\nx-amz-meta-note: " + sent + b"\r\n" in came
    assert came.endswith(b"\r\n\r\nanswer")


# --- what is refused, and what breaks ----------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        (["Origin: http://evil.example"], b"web page"),
        (["Origin: null", CHROMIUM], b"web page"),
        ([CHROMIUM], b"web page"),
    ],
    ids=["a page", "a sandboxed frame", "a browser that says nothing"],
)
def test_a_web_page_is_refused_and_the_application_not_asked(
    headers: list[str], words: bytes
) -> None:
    application = Recorder()

    came = answers(application, get(*headers))

    assert came.startswith(b"HTTP/1.1 403 ")
    assert words in came
    assert application.asked == []


def test_a_later_request_of_a_connection_is_judged_too() -> None:
    application = Recorder()
    foreign = b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"

    came = answers(application, get(), foreign, get("Origin: http://evil.example"))

    assert came.count(b"HTTP/1.1 403 ") == 2
    assert len(application.asked) == 1


def test_what_a_browser_opens_is_put_in_a_sandbox() -> None:
    tab = ["Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Sec-Fetch-Site: none"]

    came = answers(Recorder(), get(CHROMIUM, *tab))

    assert b"\r\ncontent-security-policy: sandbox\r\n" in came


@pytest.mark.parametrize(
    "ambiguous",
    [
        get("Content-Length: 5", "Content-Length: 6", method="PUT", body=b"hello"),
        get("Content-Length: 5", "Content-Length : 6", method="PUT", body=b"hello"),
        get("Transfer-Encoding: gzip", method="PUT"),
        get("A: b\r\n c: d\x00"),
        b"GET / HTTP/1.1\r\n\r\n",
        f"GET / HTTP/1.1\r\n{HOST}\r\n{HOST}\r\n\r\n".encode(),
        b"\x16\x03\x01",
        b"GET / HTTP/1.1\r\nA: " + b"a" * 500_000,
    ],
    ids=["two lengths", "blank before the colon", "gzip", "zero", "no host", "two", "tls", "long"],
)
def test_a_request_that_can_be_read_in_two_ways_is_refused(ambiguous: bytes) -> None:
    application = Recorder()

    came = answers(application, ambiguous)

    assert came[:13] in (b"HTTP/1.1 400 ", b"HTTP/1.1 431 ", b"HTTP/1.1 501 ")
    assert application.asked == []


def test_a_body_that_breaks_off_is_never_seen() -> None:
    application = Recorder()

    answers(application, get("Content-Length: 5", method="PUT", body=b"hell"))

    assert application.asked == []


def fails(_environ: object, _start_response: object) -> Any:
    raise OSError("the disk is full")


def test_an_application_that_fails_is_answered_for_and_the_connection_goes_on() -> None:
    came = answers(fails, get(), get())

    assert came.count(b"HTTP/1.1 500 ") == 2


def test_a_header_that_cannot_be_sent_is_an_error_of_the_server() -> None:
    came = answers(Recorder(headers=[("x-amz-meta-no te", "a")]), get())

    assert came.startswith(b"HTTP/1.1 500 ")


def test_an_answer_that_fails_on_the_way_ends_the_connection() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"first"
        raise OSError("the file is gone")

    came = answers(Recorder(pieces, headers=[]), get())

    assert came.endswith(b"first\r\n")  # without the chunk that would end it
    assert came.count(b"HTTP/1.1 ") == 1


def test_a_silent_client_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_IDLE_SECONDS", 1)
    with connected(Recorder()) as client:
        client.sendall(HEAD[:10])
        assert client.recv(100) == b""


def test_a_client_that_resets_the_connection_harms_nobody() -> None:
    with connected(Recorder([b"a" * (1 << 24)], headers=[])) as client:
        client.sendall(get())
        client.recv(100)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


# --- which connections, and how they come from Twisted -----------------------------------------


@pytest.mark.parametrize(
    "beginning",
    [
        b"\x16\x03\x01\x02\x00\x01",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        HEAD[:-1],
        HEAD.replace(b"HTTP/1.1", b"HTTP/1.0"),
        HEAD.replace(b"/x", "/ไฟล์".encode()),
        HEAD.replace(HOST.encode(), HOST.encode() + b"\r\nHOST: evil.example"),
        HEAD.replace(HOST.encode(), b"A: b"),
        get("Upgrade: websocket", "Connection: Upgrade"),
        b"",
    ],
)
def test_what_is_no_whole_ordinary_head_stays_with_twisted(beginning: bytes) -> None:
    assert not is_ordinary(beginning)


@pytest.mark.parametrize("beginning", [HEAD, get("Content-Length: 5", method="PUT", body=b"hel")])
def test_a_whole_ordinary_head_is_served_here(beginning: bytes) -> None:
    assert is_ordinary(beginning)


class Kept(Gateway):  # type: ignore[misc]
    """A gateway that keeps the requests it gets."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Any] = []
        self.threads: list[str] = []

    def process(self, request: Any, response: Any) -> None:
        request.environ["body"] = request.get_data()
        self.requests.append(request)
        self.threads.append(threading.current_thread().name)
        response.set_data(b"ok")


@pytest.fixture(scope="module")
def twisted_thread() -> Iterator[Any]:
    """Twisted's reactor, which starts once in a process."""
    running: Any = reactor
    thread = threading.Thread(target=running.run, args=(False,), daemon=True)
    thread.start()
    yield running
    running.callFromThread(running.stop)
    thread.join(PATIENCE)


@contextmanager
def served_by_localstack(running: Any, gateway: Gateway) -> Iterator[int]:
    """A gateway at a port, as LocalStack serves it."""
    site: Any = TwistedGateway(gateway)
    factory = TLSMultiplexerFactory(ssl.CertificateOptions(), False, site)
    port = threads.blockingCallFromThread(running, running.listenTCP, 0, factory, 50, HERE)
    yield port.getHost().port
    threads.blockingCallFromThread(running, port.stopListening)


DIFFERENT = {"REMOTE_PORT", "SERVER_PORT", "wsgi.errors", "wsgi.input"}
"""What two connections, or two servers, cannot have alike."""

AS_SDKS_SEND_THEM = [
    get("User-Agent: Boto3/1", "X-Amz-Date: 20261127T000000Z", uri="/a-bucket/a%2Fb%20c%E0%B8%81"),
    get(uri="/a-bucket?list-type=2&prefix=a%2Fb&x"),
    get(uri="//double//slash/"),
    get("Content-Type: text/csv", "Content-Length: 3", method="PUT", uri="/b/k", body=b"a,b"),
    get("Transfer-Encoding: chunked", method="POST", body=b"3\r\na,b\r\n0\r\n\r\n"),
    get("X-Amz-Meta-A: 1", "X-Amz-Meta-A: 2", "Accept: */*", method="HEAD", uri="/b/k"),
    get("x-amz-meta-name: \u00e9".encode("latin-1").decode("latin-1"), uri="/b/k"),
    f"GET http://{HERE}/b/k HTTP/1.1\r\n{HOST}\r\n\r\n".encode(),
]


@pytest.fixture
def taking_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TLSMultiplexer, "dataReceived", TLSMultiplexer.dataReceived)
    apply([each for each in PATCHES if each.by is connections.take_over], (), is_plain=False)


def asked(running: Any, requests: list[bytes]) -> Kept:
    """The gateway after it was asked this, each on a connection of its own."""
    gateway = Kept()
    with served_by_localstack(running, gateway) as port:
        for each in requests:
            with socket.create_connection((HERE, port), timeout=PATIENCE) as client:
                client.sendall(each)
                assert client.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
    return gateway


def test_what_handles_a_request_sees_it_as_twisted_would_show_it(
    twisted_thread: Any, request: pytest.FixtureRequest
) -> None:
    by_twisted = asked(twisted_thread, AS_SDKS_SEND_THEM)
    request.getfixturevalue("taking_over")

    by_thread = asked(twisted_thread, AS_SDKS_SEND_THEM)

    assert set(by_thread.threads) == {"http"}
    assert "http" not in by_twisted.threads
    for here, there in zip(by_thread.requests, by_twisted.requests, strict=True):
        assert list(here.headers) == list(there.headers)
        assert shown(here) == shown(there)


def shown(request: Any) -> dict[str, Any]:
    """A request's variables, its headers apart: those are compared as they were sent."""
    return {
        name: value
        for name, value in request.environ.items()
        if name not in DIFFERENT and not name.startswith(("werkzeug", "rolo.headers"))
    }


@pytest.mark.usefixtures("taking_over")
def test_many_connections_leave_nothing_with_twisted(twisted_thread: Any) -> None:
    gateway = Kept()
    with served_by_localstack(twisted_thread, gateway) as port:
        clients = [socket.create_connection((HERE, port), timeout=PATIENCE) for _ in range(50)]
        for turn in (1, 2):
            for client in clients:
                client.sendall(get())
            for client in clients:
                assert client.recv(1 << 16).endswith(b"ok")
            assert len(gateway.requests) == turn * len(clients)
        watched = threads.blockingCallFromThread(twisted_thread, twisted_thread.getReaders)
        assert not [each for each in watched if getattr(each, "server", None)]
        for client in clients:
            client.close()


@pytest.mark.usefixtures("taking_over")
def test_a_beginning_in_two_packets_is_served_by_twisted(twisted_thread: Any) -> None:
    gateway = Kept()
    with (
        served_by_localstack(twisted_thread, gateway) as port,
        socket.create_connection((HERE, port), timeout=PATIENCE) as client,
    ):
        client.sendall(HEAD[:10])
        threads.blockingCallFromThread(twisted_thread, lambda: None)
        client.sendall(HEAD[10:])
        assert client.recv(1 << 16).endswith(b"ok")


def test_a_stop_waits_for_what_is_under_way() -> None:
    began, may_end, stopped = threading.Event(), threading.Event(), threading.Event()

    def pieces() -> Iterator[bytes]:
        began.set()
        assert may_end.wait(PATIENCE)
        yield b"answer"

    with connected(Recorder(pieces)) as client:
        client.sendall(get())
        assert began.wait(PATIENCE)
        stop = threading.Thread(
            target=connections.finish_first, args=(lambda _server: stopped.set(), None)
        )
        stop.start()
        assert not stopped.wait(0.2)
        may_end.set()
        assert stopped.wait(PATIENCE)
        assert client.recv(1 << 16).endswith(b"answer")
    stop.join(PATIENCE)
