"""Live Tail: each line once, those that come late too."""

from collections.abc import Iterator
from typing import Any

from console.following import KEPT_LINES, Following

Lines = dict[str, list[dict[str, Any]]]


class Logs:
    """CloudWatch Logs as far as FilterLogEvents: lines by group."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.asked: list[dict[str, Any]] = []

    def get_paginator(self, _operation: str) -> "Logs":
        return self

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        self.asked.append(asked)
        found = self.lines[asked["logGroupName"]]
        yield {"events": [each for each in found if each["timestamp"] >= asked["startTime"]]}


def line(number: int, at: int) -> dict[str, Any]:
    return {"eventId": str(number), "timestamp": at, "message": f"line {number}"}


def messages(following: Following) -> list[str]:
    return [each["message"] for each in following.kept]


def test_each_line_is_shown_once_and_in_the_order_of_time() -> None:
    logs = Logs({"a": [line(1, 1000), line(3, 3000)], "b": [line(2, 2000)]})
    following = Following(("a", "b"), "", 0)
    assert following.ask(logs) == 3
    assert following.ask(logs) == 0
    assert messages(following) == ["line 1", "line 2", "line 3"]


def test_lines_of_two_groups_with_one_number_are_two() -> None:
    logs = Logs({"a": [line(1, 1000)], "b": [line(1, 1000)]})
    assert Following(("a", "b"), "", 0).ask(logs) == 2


def test_a_line_that_is_stored_late_is_shown() -> None:
    logs = Logs({"a": [line(1, 100_000)]})
    following = Following(("a",), "", 0)
    following.ask(logs)
    logs.lines["a"].append(line(2, 95_000))
    assert following.ask(logs) == 1


def test_old_lines_are_not_asked_for_again() -> None:
    logs = Logs({"a": [line(1, 100_000)]})
    following = Following(("a",), "ERROR", 0)
    following.ask(logs)
    following.ask(logs)
    assert logs.asked[-1]["startTime"] == 85_000
    assert logs.asked[-1]["filterPattern"] == "ERROR"


def test_the_newest_lines_are_kept() -> None:
    logs = Logs({"a": [line(n, 1000 + n) for n in range(KEPT_LINES + 10)]})
    following = Following(("a",), "", 0)
    following.ask(logs)
    assert len(following.kept) == KEPT_LINES
    assert messages(following)[-1] == f"line {KEPT_LINES + 9}"
