"""When the windows of an alarm's evaluation end."""

from collections.abc import Iterator

_SETTLE_SECONDS = 1.0
"""The delay after a window's end: LocalStack's own data points may arrive late."""
_MAX_STEPS_TO_CATCH_UP = 3
"""After a pause only this many windows before the last are evaluated."""


def window_ends(last: int | None, now: float, step: int) -> Iterator[int]:
    """Yield the window ends that are due: whole steps after `last`, up to now.

    Args:
        last: The end of the window that was evaluated last; None before the first.
        now: Unix time.
        step: Seconds between two evaluations.

    Yields:
        Unix times; after a pause only the latest few, because older states do not matter.
    """
    due = int(now - _SETTLE_SECONDS) // step * step
    earliest = due - _MAX_STEPS_TO_CATCH_UP * step
    first = due if last is None else max(last + step, earliest)
    yield from range(first, due + 1, step)
