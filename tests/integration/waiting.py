"""The words in which integration tests wait: until something is true, with a deadline.

No test sleeps and then reads once. A condition is asked again and again until it holds, until it
can never hold any more (`Hopeless`), or until the deadline; the failure then shows what was last
seen and the evidence (logs, executions, queue depths) the test asked for.

Deadlines are multiples of the service level (one small file: upload to result in under two
seconds on a warm lab): a slow machine must not fail a test, a lost file must.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SERVICE_LEVEL = 2.0
"""Seconds from upload to result that the lab promises for one small file."""

PATIENCE = 30 * SERVICE_LEVEL
"""Seconds after which one small file counts as lost, on the slowest machine we care for."""

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 1.0


class GaveUpError(AssertionError):
    """What was waited for did not happen; the text says what was seen instead."""


class HopelessError(Exception):
    """Raised by a condition that can never become true any more."""


def wait_until[T](
    what: str,
    look: Callable[[], T | None],
    *,
    within: float = PATIENCE,
    seen: Callable[[], object] | None = None,
) -> T:
    """Ask `look` until it answers something true, and return that.

    Args:
        what: What is waited for, in words that complete "gave up waiting for ...".
        look: Returns a true value when it has happened, a false one while it has not. It raises
            `HopelessError` when it never will.
        within: Seconds to wait.
        seen: Called when waiting failed; its answer is shown (last state, logs).

    Raises:
        GaveUpError: At the deadline, or at once when `look` says it is hopeless.
    """
    __tracebackhide__ = True  # the report says it all; pytest need not show this loop
    started = time.monotonic()
    pause = _FIRST_PAUSE
    while True:
        try:
            last = look()
        except HopelessError as hopeless:
            raise GaveUpError(_report(what, started, f"it never will: {hopeless}", seen)) from None
        if last:
            return last
        left = started + within - time.monotonic()
        if left <= 0:
            raise GaveUpError(_report(what, started, f"last seen: {last!r}", seen))
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def _report(what: str, started: float, why: str, seen: Callable[[], object] | None) -> str:
    lines = [f"gave up waiting for {what} after {time.monotonic() - started:.1f} s; {why}"]
    if seen is not None:
        lines.append(str(seen()))
    return "\n".join(lines)
