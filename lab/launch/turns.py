"""Commands that start or stop a lab take turns: one at a time on each port."""

import contextlib
import fcntl
import os
import shlex
import sys
from collections.abc import Iterator

from lab.console import err
from lab.errors import LabError
from lab.language import say
from lab.paths import lock_file
from provision.waiting import Polling

LIMIT_SECONDS = 240
"""Longer than a start may take."""

POLL_SECONDS = 0.2
LONGEST_NAME = 1024


@contextlib.contextmanager
def turn(port: int) -> Iterator[None]:
    """Wait for the other commands on this port, saying which, then make later ones wait.

    Raises:
        LabError: Another command does not end.
    """
    file = lock_file(port)
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _is_taken(lock):
            _wait(lock, port)
        with contextlib.suppress(OSError):  # on a full disk the others do not learn its name
            os.ftruncate(lock, 0)
            os.pwrite(lock, _this_command(), 0)
        yield
    finally:
        os.close(lock)


def _wait(lock: int, port: int) -> None:
    holder = _holder(lock)
    err.print(say("Waiting for {holder} ...", holder=holder), markup=False, soft_wrap=True)
    for _ in Polling(within=LIMIT_SECONDS, every=POLL_SECONDS):
        if _is_taken(lock):
            return
    raise LabError(
        say(
            "After {seconds} s the lab on port {port} is still busy with {holder}. "
            "If that command hangs, end it, and run this one again.",
            seconds=LIMIT_SECONDS,
            port=port,
            holder=holder,
        )
    )


def _is_taken(lock: int) -> bool:
    """Return whether the turn is ours now."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(lock: int) -> str:
    return os.pread(lock, LONGEST_NAME, 0).decode(errors="replace") or say("another command")


def _this_command() -> bytes:
    return os.fsencode(f"scripts/lab {shlex.join(sys.argv[1:])} (pid {os.getpid()})")[:LONGEST_NAME]
