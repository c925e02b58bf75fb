"""Processes the lab started: recognised again for certain, and ended with all they started."""

import contextlib
import os
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass

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
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


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


def _wait_for_end(processes: Iterable[psutil.Process], patience_s: float) -> None:
    """Return when all have ended, or when patience has.

    A zombie has ended. Where nobody reaps orphans, as in many containers, it stays one for ever,
    and psutil alone would wait for that.
    """
    left = list(set(processes))
    deadline = time.monotonic() + patience_s
    while left and time.monotonic() < deadline:
        time.sleep(POLL_S)
        _, there = psutil.wait_procs(left, timeout=0)  # reaps our own children
        left = [process for process in there if not _is_zombie(process)]


def _is_zombie(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


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


def _kill(processes: Iterable[psutil.Process]) -> None:
    unique = list(set(processes))
    for process in unique:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    _wait_for_end(unique, KILL_PATIENCE_S)


def holder_of_port(port: int) -> str | None:
    """Who listens on a TCP port of this machine: `name (pid 123)`, or None when it is free."""
    for connection in psutil.net_connections(kind="tcp"):
        if connection.status != psutil.CONN_LISTEN or connection.laddr.port != port:
            continue
        if connection.pid is None:
            return "a process of another user"
        try:
            return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
        except psutil.Error:
            return f"pid {connection.pid}"
    return None
