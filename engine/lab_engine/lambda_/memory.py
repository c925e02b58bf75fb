"""How much memory an execution environment holds, read from /proc.

AWS counts with a control group; creating one needs rights that neither a student's account nor an
ordinary container has. RLIMIT_AS limits the address space, which is no measure of use.
"""

import contextlib
import os
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def resident_bytes(pid: int) -> int:
    """Resident memory of one process; 0 once it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0


def peak_resident_bytes(pid: int) -> int:
    """The most one process ever held, as the kernel counted it; 0 once it is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def proportional_bytes(pid: int) -> int:
    """Resident memory of one process, with shared pages divided among their sharers."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def group_bytes(leader: int) -> int:
    """Resident memory of a process group, no page counted twice."""
    members = group_members(leader)
    if len(members) == 1:
        return resident_bytes(leader)
    return sum(proportional_bytes(pid) for pid in members)


def group_members(leader: int) -> list[int]:
    """The processes of a group."""
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
    # The fields after the command, which stands in parentheses: state, parent, group.
    return int(stat.rpartition(")")[2].split()[2])
