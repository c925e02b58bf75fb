"""A check that waits: for as long as it must, and no longer."""

import time

import pytest

from course import case as module
from course.case import Case
from course.sandbox import Sandbox


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    assert time.monotonic() > 0  # the others keep the real one
    return clock


def waiting(*, mistake_at: float, clock: Clock) -> Case:
    return Case(Sandbox("http://127.0.0.1:4566"), {}, mistake_shows=lambda: clock.now >= mistake_at)


def test_a_wait_ends_as_soon_as_what_it_waits_for_shows(clock: Clock) -> None:
    case = waiting(mistake_at=99, clock=clock)
    assert case.wait_until(lambda: clock.now >= 4.0, within_seconds=60)
    assert clock.now < 4.5


def test_a_wait_ends_soon_after_a_known_mistake_shows(clock: Clock) -> None:
    case = waiting(mistake_at=4.0, clock=clock)
    assert case.wait_until(lambda: False, within_seconds=60) is None
    assert clock.now < 6.0


def test_a_wait_ends_at_its_deadline(clock: Clock) -> None:
    case = waiting(mistake_at=99, clock=clock)
    assert case.wait_until(lambda: False, within_seconds=10) is None
    assert 10 < clock.now < 10.5
