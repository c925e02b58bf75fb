"""A whole answer is handed to Twisted's thread once."""

from typing import Any

import pytest
from twisted.web.wsgi import _WSGIResponse

from lab_engine.patching import apply
from lab_engine.runtime.patches import WHOLE_ANSWERS


class Sent:
    """What a request is told, in order."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def write(self, data: bytes) -> None:
        self.calls.append(f"write {data.decode()}")

    def finish(self) -> None:
        self.calls.append("finish")


class Reactor:
    """Runs at once what is handed to its thread, and counts it."""

    def __init__(self) -> None:
        self.handed_over = 0

    def callFromThread(self, function: Any, *args: Any) -> None:  # noqa: N802 - Twisted's name
        self.handed_over += 1
        function(*args)


def answer(monkeypatch: pytest.MonkeyPatch, pieces: list[bytes], length: str) -> tuple[Any, Any]:
    for name in ("write", "_sendResponseHeaders"):
        monkeypatch.setattr(_WSGIResponse, name, getattr(_WSGIResponse, name))  # to restore it
    sent, reactor = Sent(), Reactor()
    monkeypatch.setattr(
        _WSGIResponse, "_sendResponseHeaders", lambda _self: sent.calls.append("headers")
    )
    apply(WHOLE_ANSWERS, (), is_plain=False)

    def application(_environ: object, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Length", length)] if length else [])
        return pieces

    response: Any = _WSGIResponse.__new__(_WSGIResponse)
    vars(response).update(
        reactor=reactor,
        application=application,
        environ={},
        request=sent,
        started=False,
        headers=None,
        _requestFinished=False,
    )
    response.run()
    return sent.calls, reactor.handed_over


def test_an_answer_of_one_piece_is_handed_over_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls, handed_over = answer(monkeypatch, [b"whole"], "5")

    assert calls == ["headers", "write whole", "finish"]
    assert handed_over == 1


@pytest.mark.parametrize("length", ["9", ""], ids=["more to come", "unknown"])
def test_a_piece_of_a_longer_answer_is_sent_at_once(
    monkeypatch: pytest.MonkeyPatch, length: str
) -> None:
    calls, handed_over = answer(monkeypatch, [b"first", b"last"], length)

    assert calls == ["headers", "write first", "write last", "finish"]
    assert handed_over == 3


def test_an_answer_without_a_body_has_its_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answer(monkeypatch, [b""], "0") == (["headers", "finish"], 1)
