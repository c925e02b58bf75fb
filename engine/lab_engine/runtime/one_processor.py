"""While LocalStack is busy, its threads share one processor: only one of them can run Python.

A thread gives up the interpreter's lock for each system call, however short. On several processors
another thread that waits on an idle one is woken, takes the lock, and the first waits in its turn:
three changes of thread where one would do, and a processor that has to wake up for each. On one
processor the thread goes on before another one has begun. Functions have the other processors.

That is so while the processors have time to spare. Where two labs work at once, or much else, none
waits to be woken, and LocalStack had better run wherever it can. While it keeps to one, it moves to
a processor that others use less, if there is one. Nothing is done where there is one processor, or
none can be chosen (macOS).
"""

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from lab_engine.patching import around

LOOK_SECONDS = 0.25
_BUSY, _QUIET = 0.5, 0.25
"""Of one processor: from here on LocalStack keeps to one, and below this it is let go."""
_SPARE, _LEAST_SPARE = 0.3, 0.15
"""Of all processors together: so much has to be idle to begin, and to go on."""
_MARGIN = 0.15
"""How much less another processor must be used to be worth a move."""
_AS_FAST = 0.9
"""Of the fastest processor's speed; small cores of a mixed processor have about half of it."""

_STAT = Path("/proc/stat")
_PROCESSORS = Path("/sys/devices/system/cpu")
_SPEEDS = ("cpu_capacity", "cpufreq/cpuinfo_max_freq")
_IDLE = slice(3, 5)
_ALL = slice(0, 8)
"""Columns of a processor's line in /proc/stat (proc(5)): idle and iowait; all but guests."""


def is_worth_it(own: float, busy: Mapping[int, float], *, is_keeping: bool) -> bool:
    """Tell whether this process should keep to one processor from now on.

    Args:
        own: How much of one processor it used since the last look.
        busy: How much of each processor was used by anybody; empty if that is not known yet.
        is_keeping: Whether it keeps to one.
    """
    if not busy:
        return False
    spare = len(busy) - sum(busy.values())
    if is_keeping:
        return own >= _QUIET and spare >= _LEAST_SPARE
    return own >= _BUSY and spare >= _SPARE


def choose(now: int, own: float, busy: Mapping[int, float]) -> int:
    """Return the processor to keep to from now on.

    Args:
        now: The one that is kept to.
        own: How much of one processor this process used since the last look.
        busy: How much of each processor was used by anybody.
    """
    others = {each: used - (own if each == now else 0) for each, used in busy.items()}
    best = min(others, key=lambda each: others[each])
    return best if others[now] > others[best] + _MARGIN else now


def fast_enough(speeds: Mapping[int, int]) -> set[int]:
    """Return the processors that are about as fast as the fastest.

    Args:
        speeds: Of each, in any unit; 0 for one that does not tell.
    """
    fastest = max(speeds.values())
    return {each for each, speed in speeds.items() if speed >= fastest * _AS_FAST}


def busy_seconds(stat: str) -> dict[int, float]:
    """Return how long each processor has been in use since the machine's start.

    Args:
        stat: What /proc/stat says.
    """
    tick = os.sysconf("SC_CLK_TCK")
    seconds = {}
    for name, *columns in (line.split() for line in stat.splitlines() if line.startswith("cpu")):
        if number := name.removeprefix("cpu"):
            ticks = [int(each) for each in columns]
            seconds[int(number)] = (sum(ticks[_ALL]) - sum(ticks[_IDLE])) / tick
    return seconds


class Keeper:
    """Looks how busy this process and the processors are, and keeps it to one or lets it go."""

    def __init__(self) -> None:
        self.all = os.sched_getaffinity(0)
        self.is_keeping = False
        self._usable = fast_enough({each: _speed(each) for each in self.all})
        self._kept = max(self._usable)
        self._at, self._own = time.monotonic(), time.process_time()
        self._busy: dict[int, float] = {}

    @property
    def has_a_choice(self) -> bool:
        """Whether there is more than one processor."""
        return len(self._usable) > 1

    def look(self) -> None:
        """Decide by what was used since the last look."""
        at, own = time.monotonic(), time.process_time()
        seconds, used = at - self._at, own - self._own
        self._at, self._own = at, own
        share = used / seconds
        busy = self._shares(seconds) if share >= _QUIET else self._forget()
        was_keeping = self.is_keeping
        self.is_keeping = is_worth_it(share, busy, is_keeping=was_keeping)
        if self.is_keeping:
            if self._kept in busy:  # it is not if it was taken away
                self._kept = choose(self._kept, share if was_keeping else 0, busy)
            # Each time: a thread that was started meanwhile may be anywhere.
            _run_threads_on({self._kept})
        elif was_keeping:
            _run_threads_on(self.all)

    def _shares(self, seconds: float) -> dict[int, float]:
        """Return how much of each processor was used since the last look; nothing at the first."""
        before, self._busy = self._busy, busy_seconds(_STAT.read_text("ascii"))
        usable = self._usable & before.keys() & self._busy.keys()
        return {each: (self._busy[each] - before[each]) / seconds for each in usable}

    def _forget(self) -> dict[int, float]:
        """Read nothing: at rest a look has to cost as good as nothing."""
        self._busy = {}
        return {}

    def look_regularly(self) -> None:
        """Look until this process ends."""
        while True:
            time.sleep(LOOK_SECONDS)
            self.look()

    def start_anywhere(
        self, start: Callable[..., None], process: object, *args: object, **kwargs: object
    ) -> None:
        """Start a process that may run on every processor.

        Args:
            start: `subprocess.Popen.__init__`.
            process: What it makes.
            args: Its arguments.
            kwargs: As `args`.
        """
        if self.is_keeping:
            os.sched_setaffinity(0, self.all)  # of this thread alone, until the next look
        start(process, *args, **kwargs)


def begin_when_ready(on_ready: Callable[..., None], runtime: object) -> None:
    """Look after LocalStack from the moment that it is ready; its start is one thread."""
    on_ready(runtime)
    keeper = Keeper()
    if not keeper.has_a_choice:
        return
    around(
        subprocess.Popen,
        "__init__",
        keeper.start_anywhere,
        why="a process keeps to the processors of the thread that starts it",
    ).apply()
    threading.Thread(target=keeper.look_regularly, name="one-processor", daemon=True).start()


def _run_threads_on(processors: Collection[int]) -> None:
    for thread in os.listdir("/proc/self/task"):  # noqa: PTH208 - paths cost more than all the rest
        with contextlib.suppress(OSError):  # it has ended, or the processor was taken away
            os.sched_setaffinity(int(thread), processors)


def _speed(processor: int) -> int:
    """Return what the kernel says of a processor's speed, in whatever unit; 0 if nothing."""
    for name in _SPEEDS:
        with contextlib.suppress(OSError, ValueError):
            return int((_PROCESSORS / f"cpu{processor}" / name).read_text("ascii"))
    return 0
