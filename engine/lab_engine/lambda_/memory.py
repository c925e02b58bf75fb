"""How much memory an execution environment uses, read from /proc.

AWS measures with a control group; creating one needs rights that neither a student's account nor an
ordinary container has. RLIMIT_AS limits the address space, not the memory in use.
"""

import contextlib
import os
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def resident_bytes(pid: int) -> int:
    """Return the resident memory of one process; 0 once it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0


def peak_resident_bytes(pid: int) -> int:
    """Return the peak resident memory of one process; 0 once it has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def proportional_bytes(pid: int) -> int:
    """Return the proportional memory (PSS) of one process: shared pages are divided."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def group_bytes(leader: int) -> int:
    """Return the memory of a process group; no page is counted twice."""
    members = group_members(leader)
    if len(members) == 1:
        return resident_bytes(leader)
    return sum(proportional_bytes(pid) for pid in members)


def group_members(leader: int) -> list[int]:
    """Return the processes of a group."""
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and _group(entry.name) == leader
    ]


def _group(pid: str) -> int | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The fields after the command, which is in parentheses: state, parent, group.
    return int(stat.rpartition(")")[2].split()[2])
