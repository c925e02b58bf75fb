"""How everything here waits: it looks at once, pauses, and looks for the last time at the end."""

import pytest

from provision import waiting
from provision.waiting import GaveUpError, HopelessError, Polling, wait_until


class Clock:
    """A clock that only sleeping moves on."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(waiting, "time", clock)
    return clock


def test_it_looks_at_once_and_for_the_last_time_at_the_deadline(clock: Clock) -> None:
    looks = [round(passed, 3) for passed in Polling(within=1, every=0.4)]
    assert looks == [0, 0.4, 0.8, 1]
    assert clock.pauses == [0.4, 0.4, 0.2]


def test_without_time_it_looks_once(clock: Clock) -> None:
    assert list(Polling(within=0, every=0.4)) == [0]
    assert clock.pauses == []


def test_pauses_grow_up_to_the_longest_and_start_over_when_something_happened(
    clock: Clock,
) -> None:
    polling = Polling(within=10, every=0.2, growth=2, longest=0.5)
    for number, _ in enumerate(polling):
        if number == 4:
            polling.start_over()
        if number == 6:
            break
    assert clock.pauses == [0.2, 0.4, 0.5, 0.5, 0.2, 0.4]


@pytest.mark.usefixtures("clock")
def test_what_is_waited_for_is_returned_when_it_is_there() -> None:
    answers = iter([None, "", "it"])
    assert wait_until("it", lambda: next(answers), within=5) == "it"


@pytest.mark.usefixtures("clock")
def test_who_gives_up_says_what_was_seen() -> None:
    with pytest.raises(GaveUpError) as gave_up:
        wait_until("rain", lambda: 0, within=5, every=1, growth=1, seen=lambda: "sunshine")
    assert str(gave_up.value) == "gave up waiting for rain after 5.0 s; last seen: 0; sunshine"
    with pytest.raises(GaveUpError, match=r"last seen: 0\nline 1\nline 2"):
        wait_until("rain", lambda: 0, within=1, seen=lambda: "line 1\nline 2")


def test_what_is_hopeless_is_not_waited_for(clock: Clock) -> None:
    def look() -> bool:
        raise HopelessError("it never rains here")

    with pytest.raises(GaveUpError, match="it never will: it never rains here"):
        wait_until("rain", look, within=5)
    assert clock.pauses == []
