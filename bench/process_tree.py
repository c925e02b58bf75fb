"""What a process and all that descend from it have used: CPU time and memory."""

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import psutil

_SAMPLE_SECONDS = 0.5

EMULATOR, FUNCTIONS, TEMPLATE, OTHERS = "emulator", "functions", "template", "others"
"""Kinds of processes: the first one, those of functions, what these are forked from, the rest."""

_TEMPLATE_SCRIPT = "lambda_/template.py"


@dataclass
class Usage:
    """What was used while it was watched."""

    cpu_by_kind: dict[str, float] = field(default_factory=dict)
    """CPU seconds of each kind of process."""

    kernel_seconds: float = 0.0
    """CPU seconds of the first process inside system calls, among its others."""

    peak_memory_bytes: int = 0
    """The largest sum of proportional set sizes: a page that n processes share counts 1/n in each,
    so the sum is what the machine really gives away (Linux, /proc/PID/smaps_rollup)."""

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds of all processes."""
        return sum(self.cpu_by_kind.values())


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
        is_over = False
        while not is_over:
            is_over = ended.wait(_SAMPLE_SECONDS)
            usage.peak_memory_bytes = max(usage.peak_memory_bytes, memory_bytes(root))

    before, in_kernel = cpu_by_kind(root), root.cpu_times().system
    sampler = threading.Thread(target=sample, daemon=True)
    sampler.start()
    try:
        yield usage
    finally:
        after = cpu_by_kind(root)
        usage.cpu_by_kind = {kind: after[kind] - before[kind] for kind in after}
        usage.kernel_seconds = root.cpu_times().system - in_kernel
        ended.set()
        sampler.join()  # it looks once more, so a burst of a moment has its memory too


def _tree(root: psutil.Process) -> list[psutil.Process]:
    return [root, *root.children(recursive=True)]


def memory_bytes(root: psutil.Process) -> int:
    """Return the sum of the proportional set sizes of a process tree."""
    total = 0
    for process in _tree(root):
        with contextlib.suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total


def cpu_by_kind(root: psutil.Process) -> Counter[str]:
    """Add up the CPU seconds of all living processes and, through their parents, of ended ones."""
    kinds: dict[int, str] = {}
    total: Counter[str] = Counter()
    for process in _tree(root):
        with contextlib.suppress(psutil.Error):
            parent = kinds.get(process.ppid(), OTHERS)
            kind = EMULATOR if process == root else kind_of(process.cmdline(), parent)
            kinds[process.pid] = kind
            times = process.cpu_times()
            total[kind] += times.user + times.system
            total[kind_of_ended(kind)] += times.children_user + times.children_system
    return total


def kind_of(command: list[str], parent: str) -> str:
    """Return the kind of a process by its command line and its parent's kind.

    What the template forks has the template's command line. An emulator without a template has
    its functions among the others.
    """
    if parent in (TEMPLATE, FUNCTIONS):
        return FUNCTIONS
    return TEMPLATE if any(word.endswith(_TEMPLATE_SCRIPT) for word in command) else OTHERS


def kind_of_ended(parent: str) -> str:
    """Return the kind of the children that a process has had and that have ended."""
    return FUNCTIONS if parent in (TEMPLATE, FUNCTIONS) else OTHERS
