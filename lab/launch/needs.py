"""What LocalStack needs of this machine, checked before it starts: its own errors are unclear."""

import resource
import shutil
from pathlib import Path

from lab.errors import LabError
from lab.language import say

OPEN_FILES_NEEDED = 512
"""Measured: 120 during the demo, 210 with 100 files at once."""

OPEN_FILES_WANTED = 8192
ROOM_NEEDED_MB = 50
"""An idle lab takes 1 MB; the rest is for a few files on their way."""

MB = 1024 * 1024


def refuse_a_full_disk(folder: Path) -> None:
    """Refuse a disk that has no room for what the lab writes.

    Raises:
        LabError: It has not.
    """
    free = shutil.disk_usage(folder).free / MB
    if free < ROOM_NEEDED_MB:
        raise LabError(
            say(
                "{folder}: {free:.1f} MB are free on this disk, but the lab needs {needed} MB. "
                "Make room on it, then run the command again.",
                folder=folder,
                free=free,
                needed=ROOM_NEEDED_MB,
            )
        )


def allow_open_files() -> None:
    """Let this process, and what it starts, hold as many files open as the lab wants.

    Raises:
        LabError: The system allows too few.
    """
    obstacle = too_few_open_files()
    if obstacle:
        raise LabError(obstacle)
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES_WANTED if most == resource.RLIM_INFINITY else min(OPEN_FILES_WANTED, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def too_few_open_files() -> str | None:
    """Say what to do where the system allows too few open files; None where it allows enough."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most == resource.RLIM_INFINITY or most >= OPEN_FILES_NEEDED:
        return None
    return say(
        "A program may hold {most} files open here, but the lab needs {needed}. "
        "Open a new terminal, or raise the limit: ulimit -n {wanted}",
        most=most,
        needed=OPEN_FILES_NEEDED,
        wanted=OPEN_FILES_WANTED,
    )
