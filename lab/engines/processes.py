"""Processes the lab started: recognised again for certain, and ended with all they started."""

import contextlib
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psutil

SAME_START_S = 0.05
GUARD_PATIENCE_S = 3
KILL_PATIENCE_S = 3
POLL_S = 0.02


@dataclass(frozen=True)
class ProcessId:
    """A process for certain: a pid alone may have been given to somebody else since."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> "ProcessId":
        """The identity of the process that has this pid now."""
        return cls(pid, psutil.Process(pid).create_time())

    def process(self) -> psutil.Process | None:
        """The process itself, or None when it is gone."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < SAME_START_S
            return process if same and not has_ended(self.pid) else None
        except psutil.NoSuchProcess:
            return None


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or a zombie, which waits for nothing but its parent."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def end_session(leader: ProcessId, patience_s: float) -> None:
    """End a session leader and everything it started.

    LocalStack stops serving on SIGTERM but its process may stay for ever with idle threads, so
    patience ends with SIGKILL.

    Args:
        leader: the process that was started with a session of its own.
        patience_s: how long SIGTERM may take.
    """
    process = leader.process()
    family = _family(leader, process)
    if process is not None:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGTERM)
        _wait_for_end([process], patience_s)
        family += _family(leader, leader.process())
        _kill([process])
    # The engine's guard outlives LocalStack for a moment, to kill what was started since we looked.
    _wait_for_end(family, GUARD_PATIENCE_S)
    _kill(family)


def _wait_for_end(processes: Sequence[psutil.Process], patience_s: float) -> None:
    """Return when all have ended, or when patience has.

    Where nobody reaps orphans, as in many containers, a zombie stays one for ever, and psutil alone
    would wait for that.
    """
    deadline = time.monotonic() + patience_s
    while not _all_ended(processes) and time.monotonic() < deadline:
        time.sleep(POLL_S)


def _all_ended(processes: Sequence[psutil.Process]) -> bool:
    _, left = psutil.wait_procs(processes, timeout=0)  # reaps our own children
    return all(has_ended(process.pid) for process in left)


def _family(leader: ProcessId, process: psutil.Process | None) -> list[psutil.Process]:
    """Descendants of the leader, and what is left of its session when it is gone itself."""
    found: list[psutil.Process] = []
    if process is not None:
        with contextlib.suppress(psutil.NoSuchProcess):
            found += process.children(recursive=True)
    for other in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
            in_session = os.getsid(other.pid) == leader.pid and other.pid != leader.pid
            if in_session and other.create_time() >= leader.started - SAME_START_S:
                found.append(other)
    return found


def _kill(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    _wait_for_end(processes, KILL_PATIENCE_S)


def listener_on(port: int) -> Any | None:
    """The connection (psutil) that listens on a TCP port of this machine; None when it is free.

    Its pid is None where the process is another user's.
    """
    for connection in psutil.net_connections(kind="tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
            return connection
    return None


def holder_of_port(port: int) -> str | None:
    """Who listens on a TCP port of this machine: `name (pid 123)`, or None when it is free."""
    connection = listener_on(port)
    if connection is None:
        return None
    if connection.pid is None:
        return "a process of another user"
    try:
        return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except psutil.Error:
        return f"pid {connection.pid}"
