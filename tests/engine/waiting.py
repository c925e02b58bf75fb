"""Waiting for what LocalStack does on its own time: with a deadline, and saying what was seen."""

import time
from collections.abc import Callable


def wait_for[T](what: str, look: Callable[[], T | None], seconds: float = 20) -> T:
    """Looks until there is something to see.

    Args:
        what: is waited for, for the failure message.
        look: returns it, or None (or another false value) while it is not there.
        seconds: to wait at most.
    """
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            message = f"{what} did not come within {seconds} s; seen last: {seen!r}"
            raise AssertionError(message)
        time.sleep(0.1)
