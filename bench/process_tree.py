"""What a process and all that descend from it have used: CPU time and memory."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

_SAMPLE_SECONDS = 0.5


@dataclass
class Usage:
    """What was used while it was watched."""

    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0
    """The largest sum of proportional set sizes: a page that n processes share counts 1/n in each,
    so the sum is what the machine really gives away (Linux, /proc/PID/smaps_rollup)."""


@contextlib.contextmanager
def watch(pid: int) -> Iterator[Usage]:
    """Measure a process tree during the block; the figures stand in the usage at its end.

    Args:
        pid: Of the root process.
    """
    root = psutil.Process(pid)
    usage = Usage()
    ended = threading.Event()

    def sample() -> None:
        while True:
            usage.peak_memory_bytes = max(usage.peak_memory_bytes, _memory(root))
            if ended.wait(_SAMPLE_SECONDS):
                return

    before = _cpu_seconds(root)
    sampler = threading.Thread(target=sample, daemon=True)
    sampler.start()
    try:
        yield usage
    finally:
        usage.cpu_seconds = _cpu_seconds(root) - before
        ended.set()
        sampler.join()


def _tree(root: psutil.Process) -> list[psutil.Process]:
    return [root, *root.children(recursive=True)]


def _memory(root: psutil.Process) -> int:
    total = 0
    for process in _tree(root):
        with contextlib.suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total


def _cpu_seconds(root: psutil.Process) -> float:
    """Add up those of all living processes and, through their parents, of those that ended."""
    total = 0.0
    for process in _tree(root):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total
