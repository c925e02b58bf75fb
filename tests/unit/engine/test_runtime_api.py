"""The Runtime API of an execution environment: its own process is answered, a web page is not."""

import http.client
import ipaddress
from collections.abc import Iterator

import pytest

from lab_engine.lambda_.runtime_api import (
    Answered,
    Invocation,
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


def test_its_address_cannot_be_guessed() -> None:
    """A page would have to try 16 million addresses times the ports of each."""
    drawn = [ipaddress.ip_address(secret_address()) for _ in range(1000)]

    assert all(each.is_loopback for each in drawn)
    assert len(set(drawn)) > 990
    assert ipaddress.ip_address("127.0.0.1") not in drawn
