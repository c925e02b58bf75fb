"""How much memory an execution environment uses, read from /proc.

AWS measures with a control group; creating one needs rights that neither a student's account nor an
ordinary container has. RLIMIT_AS limits the address space, not the memory in use.

Each running invocation asks many times a second, so files are read without `pathlib`, and one look
through all of /proc serves all environments.
"""

import contextlib
import os
import threading
import time
from collections import defaultdict

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
LOOK_SECONDS = 0.25
"""How old the list of all process groups may be."""

_STATUS_BYTES = 4096


def resident_bytes(pid: int) -> int:
    """Return the resident memory of one process; 0 once it has ended."""
    try:
        return int(_read(f"/proc/{pid}/statm").split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0


def peak_resident_bytes(pid: int) -> int:
    """Return the peak resident memory of one process; 0 once it has ended."""
    return _kilobytes(f"/proc/{pid}/status", b"VmHWM:")


def proportional_bytes(pid: int) -> int:
    """Return the proportional memory (PSS) of one process: shared pages are divided."""
    return _kilobytes(f"/proc/{pid}/smaps_rollup", b"Pss:")


def group_bytes(leader: int) -> int:
    """Return the memory of a process group; no page is counted twice."""
    members = GROUPS.members(leader)
    if len(members) <= 1:
        return resident_bytes(leader)
    return sum(proportional_bytes(pid) for pid in members)


class ProcessGroups:
    """Which processes are in which group; who asks often is told what was so a moment ago."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._groups: dict[int, list[int]] = {}
        self._looked_at = -LOOK_SECONDS

    def members(self, leader: int) -> list[int]:
        """Return the processes of a group as of the last LOOK_SECONDS; none if it is younger."""
        with self._lock:
            if time.monotonic() - self._looked_at >= LOOK_SECONDS:
                self._groups = _all_groups()
                self._looked_at = time.monotonic()
            return self._groups.get(leader, [])


GROUPS = ProcessGroups()


def _all_groups() -> dict[int, list[int]]:
    groups = defaultdict(list)
    for name in os.listdir("/proc"):  # noqa: PTH208 - a path object for each costs more than the look
        if name.isdigit():
            with contextlib.suppress(OSError):
                # After the command, which is in parentheses: state, parent, group.
                fields = _read(f"/proc/{name}/stat").rpartition(b")")[2].split(maxsplit=3)
                groups[int(fields[2])].append(int(name))
    return dict(groups)


def _kilobytes(file: str, field: bytes) -> int:
    """Return a field of a file as bytes; 0 if the process has ended."""
    with contextlib.suppress(OSError):
        for line in _read(file).splitlines():
            if line.startswith(field):
                return int(line.split()[1]) * 1024
    return 0


def _read(file: str) -> bytes:
    """Read a file of /proc: all of it comes in one go."""
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, _STATUS_BYTES)
    finally:
        os.close(descriptor)
