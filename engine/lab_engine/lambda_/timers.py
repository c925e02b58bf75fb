"""Timers that share one thread.

LocalStack starts a thread for every invocation that ends, to stop the environment if nothing comes
for ten minutes, and ends it at the next one.
"""

import heapq
import itertools
import threading
import time
from collections.abc import Callable

_numbers = itertools.count()


class Timer:
    """Calls a function once, unless it is cancelled before: a `threading.Timer` without a thread.

    Args:
        interval: Seconds from its start to the call.
        function: What is called, in a thread of its own.
    """

    def __init__(self, interval: float, function: Callable[[], None]) -> None:
        self.interval = interval
        self._function: Callable[[], None] | None = function

    def start(self) -> None:
        """Begin to count."""
        _CLOCK.add(time.monotonic() + self.interval, self)

    def cancel(self) -> None:
        """Do not call the function, and do not hold it any longer."""
        self._function = None

    def fire(self) -> None:
        """Call the function now."""
        if function := self._function:
            threading.Thread(target=function, name="lambda-timer", daemon=True).start()


class _Clock:
    """Waits for the earliest of all timers."""

    def __init__(self) -> None:
        self._timers: list[tuple[float, int, Timer]] = []
        self._has_earlier = threading.Condition()
        self._thread: threading.Thread | None = None

    def add(self, moment: float, timer: Timer) -> None:
        with self._has_earlier:
            entry = (moment, next(_numbers), timer)
            heapq.heappush(self._timers, entry)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="lambda-timers", daemon=True)
                self._thread.start()
            elif self._timers[0] is entry:
                self._has_earlier.notify()

    def _run(self) -> None:
        while True:
            self._take_due().fire()

    def _take_due(self) -> Timer:
        with self._has_earlier:
            while not self._timers or self._timers[0][0] > time.monotonic():
                self._has_earlier.wait(
                    self._timers[0][0] - time.monotonic() if self._timers else None
                )
            return heapq.heappop(self._timers)[2]


_CLOCK = _Clock()
