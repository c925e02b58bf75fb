"""Who the console answers: its own pages, and nobody else's."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from console.gate import Gate, refusal

HOSTS = ("127.0.0.1:4580", "localhost:4580")
OWN = [("host", "127.0.0.1:4580"), ("sec-fetch-site", "same-origin")]
A_LINK = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")]


def refused(*headers: tuple[str, str], navigates: bool = True) -> bool:
    return refusal(headers, HOSTS, navigates=navigates) is not None


def test_the_console_s_own_pages_are_answered() -> None:
    assert not refused(*OWN)
    assert not refused(*OWN, ("origin", "http://127.0.0.1:4580"), navigates=False)


def test_an_address_that_somebody_typed_is_answered() -> None:
    assert not refused(("host", "localhost:4580"), ("sec-fetch-site", "none"))


def test_a_tool_is_answered() -> None:
    assert not refused(("host", "127.0.0.1:4580"))


@pytest.mark.parametrize(
    "host", ["evil.example:4580", "127.0.0.1", "127.0.0.1:4581", "localhost", "127.0.0.1:4580.evil"]
)
def test_a_name_that_was_made_to_lead_here_is_refused(host: str) -> None:
    assert refused(("host", host))


def test_a_request_without_host_or_with_two_is_refused() -> None:
    assert refused(("sec-fetch-site", "none"))
    assert refused(*OWN, ("host", "evil.example:4580"))


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "http://127.0.0.1:4566",
        "https://127.0.0.1:4580",
        "file://",
        "",
    ],
)
def test_a_foreign_origin_is_refused(origin: str) -> None:
    assert refused(("host", "127.0.0.1:4580"), ("origin", origin), navigates=False)


def test_the_console_by_its_other_name_is_a_foreign_origin() -> None:
    assert refused(("host", "127.0.0.1:4580"), ("origin", "http://localhost:4580"))


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_foreign_page_embeds_is_refused(site: str) -> None:
    assert refused(
        ("host", "127.0.0.1:4580"), ("sec-fetch-site", site), ("sec-fetch-dest", "image")
    )
    frame = [("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")]
    assert refused(("host", "127.0.0.1:4580"), ("sec-fetch-site", site), *frame)


def test_a_link_on_a_foreign_page_opens_a_tab_and_posts_nothing() -> None:
    link = [("host", "127.0.0.1:4580"), *A_LINK, ("sec-fetch-dest", "document")]
    assert not refused(*link)
    assert refused(*link, navigates=False)
    assert refused(*link, ("origin", "http://evil.example"))


def answered(*, stays: bool) -> list[Message]:
    """Let an application that never answers have a request; what it was answered."""
    sent: list[Message] = []

    async def never_answers(_scope: Scope, receive: Receive, _send: Send) -> None:
        await receive()
        raise RuntimeError("No response returned.")

    async def receive() -> Message:
        return {"type": "http.request" if stays else "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "headers": [(b"host", b"127.0.0.1:4580")]}
    asyncio.run(Gate(never_answers, 4580)(scope, receive, send))
    return sent


def test_a_browser_that_has_left_is_no_error_of_the_console() -> None:
    assert answered(stays=False) == []
    with pytest.raises(RuntimeError, match="No response"):
        answered(stays=True)
