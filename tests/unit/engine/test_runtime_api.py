"""The Runtime API of an execution environment: its own process is answered, a web page is not."""

import http.client
import ipaddress
import queue
import select
import socket
from collections.abc import Callable, Iterator

import pytest

from lab_engine.lambda_.runtime_api import (
    Answered,
    Invocation,
    Message,
    Ready,
    RuntimeApiServer,
    secret_address,
)

NEXT = "/2018-06-01/runtime/invocation/next"
RESPONSE = "/2018-06-01/runtime/invocation/the-id/response"
CHROMIUM = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36"


@pytest.fixture
def api() -> Iterator[RuntimeApiServer]:
    """One that has an invocation to give away."""
    served = RuntimeApiServer(freeze=lambda: None, thaw=lambda: None)
    served.serve()
    served.offer(Invocation("the-id", "arn", b'{"a": 1}', 0, "trace"))
    yield served
    served.close()


def ask(
    api: RuntimeApiServer, method: str, path: str, headers: dict[str, str]
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(api.address, timeout=60)
    try:
        connection.request(method, path, b"answer" if method == "POST" else None, headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"},
        {"User-Agent": CHROMIUM},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
        {"Host": ""},
    ],
    ids=str,
)
def test_a_page_takes_no_invocation_away_and_answers_none(
    api: RuntimeApiServer, headers: dict[str, str]
) -> None:
    for method, path in (("GET", NEXT), ("POST", RESPONSE), ("OPTIONS", NEXT)):
        assert ask(api, method, path, headers) == (403, b"")

    assert api.take_message() is None
    assert ask(api, "GET", NEXT, {}) == (200, b'{"a": 1}')
    assert api.take_message() == Ready()
    assert ask(api, "POST", RESPONSE, {})[0] == 202
    assert api.take_message() == Answered(b"answer", is_error=False)


@pytest.mark.parametrize(
    "lines",
    [
        [f"GET {NEXT}"],
        [f"GET {NEXT} HTTP/1.1", "no colon"],
        [f"GET {NEXT} HTTP/1.1", "Host: a", "Host: b"],
        [f"GET {NEXT} HTTP/1.1", *(f"Name-{number}: 1" for number in range(200))],
        [f"GET {NEXT} HTTP/1.1", f"Long: {'x' * 70_000}"],
    ],
    ids=["no version", "no colon", "twice", "many", "long"],
)
def test_a_head_that_no_runtime_sends_is_refused(api: RuntimeApiServer, lines: list[str]) -> None:
    host, port = api.address.split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 400 ")

    assert ask(api, "GET", NEXT, {}) == (200, b'{"a": 1}')


def test_a_large_answer_is_sent_after_a_continue(api: RuntimeApiServer) -> None:
    """As libcurl does, and with it AWS's native runtime client."""
    host, port = api.address.split(":")
    lines = [f"POST {RESPONSE} HTTP/1.1", f"Host: {api.address}", "Content-Length: 3"]
    head = "\r\n".join([*lines, "Expect: 100-continue", "", ""])
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(head.encode())
        assert connection.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"yes")
        assert connection.recv(4096).startswith(b"HTTP/1.1 202 ")

    assert api.take_message() == Answered(b"yes", is_error=False)


def test_its_address_cannot_be_guessed() -> None:
    """A page would have to try 16 million addresses times the ports of each."""
    drawn = [ipaddress.ip_address(secret_address()) for _ in range(1000)]

    assert all(each.is_loopback for each in drawn)
    assert len(set(drawn)) > 990
    assert ipaddress.ip_address("127.0.0.1") not in drawn


class LateMessage(queue.SimpleQueue[Message]):
    """Messages of which the first comes just after somebody has found none."""

    def __init__(self, come: Callable[[], None]) -> None:
        self._come: list[Callable[[], None]] = [come]

    def get_nowait(self) -> Message:
        try:
            return super().get_nowait()
        except queue.Empty:
            if self._come:
                self._come.pop()()
            raise


def is_readable(api: RuntimeApiServer) -> bool:
    return bool(select.select([api], [], [], 0)[0])


def test_a_message_that_comes_while_none_is_found_is_announced(api: RuntimeApiServer) -> None:
    api._messages = LateMessage(lambda: api.deliver(Ready()))
    assert api.take_message() is None
    assert is_readable(api)
    assert api.take_message() == Ready()


def test_its_descriptor_is_readable_as_long_as_there_is_a_message(api: RuntimeApiServer) -> None:
    answered = Answered(b"yes", is_error=False)
    assert not is_readable(api)
    for message in (Ready(), answered):
        api.deliver(message)
    for message in (Ready(), answered):
        assert is_readable(api)
        assert api.take_message() == message
    assert not is_readable(api)
