"""How anything here waits: it looks, pauses and looks again, until a deadline.

`wait_until` is for a single condition that has to come true, `poll` for one that may not, and
`Polling` for a loop that has more to do than to look.
Nothing sleeps for a fixed time and then looks once.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 1.0
GROWTH = 1.5


class GaveUpError(AssertionError):
    """What was waited for did not happen; the text says what was seen instead."""


class HopelessError(Exception):
    """Raised by a condition that can never become true any more."""


class Polling:
    """Yield the seconds that have passed: at once, after each pause, and last at the deadline.

    Args:
        within: Seconds until the last look.
        every: Seconds of the first pause.
        growth: By how much each pause is longer than the one before.
        longest: Seconds that a pause never exceeds.
    """

    def __init__(
        self,
        *,
        within: float,
        every: float,
        growth: float = 1.0,
        longest: float = LONGEST_PAUSE_SECONDS,
    ) -> None:
        self._within = within
        self._every = every
        self._growth = growth
        self._longest = max(longest, every)
        self._pause = every

    def __iter__(self) -> Iterator[float]:
        """Begin to count the time."""
        started = time.monotonic()
        while True:
            yield time.monotonic() - started
            left = started + self._within - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(self._pause, left))
            self._pause = min(self._pause * self._growth, self._longest)

    def start_over(self) -> None:
        """Pause as briefly as at first again, because something has happened."""
        self._pause = self._every


def wait_until[T](  # noqa: PLR0913 - all but two have defaults
    what: str,
    look: Callable[[], T | None],
    *,
    within: float,
    every: float = FIRST_PAUSE_SECONDS,
    growth: float = GROWTH,
    seen: Callable[[], object] | None = None,
) -> T:
    """Ask `look` until it answers something true, and return that.

    Args:
        what: What is waited for, in words that complete "gave up waiting for ...".
        look: Returns a true value when it has happened, a false one while it has not. It raises
            `HopelessError` when it never will.
        within: Seconds to wait.
        every: Seconds of the first pause between two looks.
        growth: By how much each pause is longer than the one before.
        seen: Called when waiting failed; its answer is shown (last state, logs).

    Raises:
        GaveUpError: At the deadline, or at once when `look` says that it is hopeless.
    """
    __tracebackhide__ = True  # for pytest: the report says it all
    passed, last = 0.0, None
    for passed in Polling(within=within, every=every, growth=growth):
        try:
            last = look()
        except HopelessError as hopeless:
            raise GaveUpError(_report(what, passed, f"it never will: {hopeless}", seen)) from None
        if last:
            return last
    raise GaveUpError(_report(what, passed, f"last seen: {last!r}", seen))


def poll[T](look: Callable[[], T], *, within: float, every: float = FIRST_PAUSE_SECONDS) -> T:
    """Ask `look` until it answers something true, or the time is over.

    Args:
        look: Returns a true value when it has happened.
        within: Seconds to wait.
        every: Seconds between two looks.

    Returns:
        The last answer, which is a false value when the time was over.
    """
    for _ in Polling(within=within, every=every):
        if answer := look():
            break
    return answer


def _report(what: str, passed: float, why: str, seen: Callable[[], object] | None) -> str:
    report = f"gave up waiting for {what} after {passed:.1f} s; {why}"
    if seen is None:
        return report
    evidence = str(seen())
    return f"{report}\n{evidence}" if "\n" in evidence else f"{report}; {evidence}"
