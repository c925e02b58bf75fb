"""How often the cloud is saved by itself."""

import contextlib
import time
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from lab_engine.state import cloud, instant, saver
from lab_engine.state.instant import Notice
from lab_engine.state.saver import Saver

WAITED_SECONDS = 0.3
BETWEEN_REQUESTS_SECONDS = 0.2


class EnoughError(BaseException):
    """Ends a saver, which goes on after any exception."""


class Clock:
    """Time that passes only while somebody waits; at some moments something is changed.

    Args:
        notice: Is told of the changes, and waits for them here.
        changes: The moments.
    """

    def __init__(self, notice: Notice, changes: Sequence[float]) -> None:
        self.now = 0.0
        self._notice = notice
        self._changes = sorted(changes)
        self._is_changed = False
        notice.changed = self  # type: ignore[assignment]

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        end = self.now + seconds
        while self._changes and self._changes[0] <= end:
            self.now = self._changes.pop(0)
            self._notice.note("PutObject")
        self.now = end

    def set(self) -> None:
        self._is_changed = True

    def clear(self) -> None:
        self._is_changed = False

    def wait(self) -> None:
        if not self._is_changed:
            if not self._changes:
                raise EnoughError
            self.sleep(self._changes[0] - self.now)


@pytest.fixture
def notice(monkeypatch: pytest.MonkeyPatch) -> Notice:
    """What was changed, as this test tells it."""
    notice = Notice()
    monkeypatch.setattr(instant, "NOTICE", notice)
    return notice


def moments_of_saves(
    notice: Notice, monkeypatch: pytest.MonkeyPatch, changes: Sequence[float], cost: float
) -> list[float]:
    """When a lab saves in which something is changed at these moments.

    Args:
        notice: Of this test.
        monkeypatch: Of this test.
        changes: The moments.
        cost: How much of the processor's time each save takes; its other time is none.
    """
    clock = Clock(notice, changes)
    for module in (saver, instant):
        monkeypatch.setattr(module, "time", clock)
    moments: list[float] = []

    class Noting(Saver):
        def save(self, **_: bool) -> dict[str, Any]:
            moments.append(clock.now)
            self._processor_seconds = cost
            clock.clear()
            return {}

    folder: Any = None
    with contextlib.suppress(EnoughError):
        Noting(folder)._run()
    return [round(each, 6) for each in moments]


def requests_until(end: float) -> list[float]:
    return [BETWEEN_REQUESTS_SECONDS * n for n in range(int(end / BETWEEN_REQUESTS_SECONDS) + 1)]


@pytest.mark.parametrize(
    ("changes", "moments"),
    [
        pytest.param([0.0], [2.0], id="one change"),
        pytest.param(requests_until(1.4), [2.0], id="a burst that is over by then"),
        pytest.param(requests_until(1.8), [2.3], id="a burst that was over a moment ago"),
        pytest.param(requests_until(6.0), [6.5], id="a burst of six seconds"),
        pytest.param(requests_until(21.0), [10.0, 20.2, 22.4], id="requests all the time"),
    ],
)
def test_a_save_waits_until_a_burst_is_over_but_not_for_ever(
    notice: Notice, monkeypatch: pytest.MonkeyPatch, changes: list[float], moments: list[float]
) -> None:
    assert moments_of_saves(notice, monkeypatch, changes, cost=0.01) == moments


@pytest.mark.parametrize(
    ("changes", "moments"),
    [
        pytest.param([0.0, 2.5], [2.0, 12.0], id="a change right after a save"),
        pytest.param([0.0, 100.0], [2.0, 102.0], id="a change long after a save"),
    ],
)
def test_the_next_save_comes_the_later_the_more_the_last_one_cost(
    notice: Notice, monkeypatch: pytest.MonkeyPatch, changes: list[float], moments: list[float]
) -> None:
    assert moments_of_saves(notice, monkeypatch, changes, cost=0.2) == moments


def test_no_save_costs_so_much_that_the_next_one_waits_for_minutes(
    notice: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert moments_of_saves(notice, monkeypatch, [0.0, 3.0], cost=60.0) == [2.0, 32.0]


@contextlib.contextmanager
def _taken_after_waiting(**_: bool) -> Iterator[Any]:
    time.sleep(WAITED_SECONDS)  # as on a machine that does something else meanwhile
    snapshot = SimpleNamespace(manifest={"left_out": [], "saved_at": 0.0})
    yield SimpleNamespace(snapshot=snapshot, paused=0.0, running=False)


def test_waiting_for_a_busy_machine_is_no_cost_of_a_save(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloud, "taken", _taken_after_waiting)
    folder: Any = SimpleNamespace(write=lambda _snapshot: 1)
    saved = Saver(folder).save()
    assert saved["seconds"] >= WAITED_SECONDS
    assert saved["processor_seconds"] < WAITED_SECONDS / 2
