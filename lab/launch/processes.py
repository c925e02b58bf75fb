"""The processes of a lab without Docker: known by what they are, ended with all they started.

Each carries in its environment the folder of its lab. A file with a process id would tell less: it
can be lost, and the id can be another process's by now.
"""

import contextlib
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from lab.interruption import undisturbed
from provision.waiting import Polling

LOCALSTACK = "localstack.runtime.main"
"""The module that is run."""

OF_FUNCTIONS = "LAMBDA_RUNTIME_DIR"
"""The variable by which Lambda functions, and the process they are forked off, show the lab's
folder: one of AWS's own, since a function sees nothing of the lab."""

GUARD_PATIENCE_SECONDS = 3
KILL_PATIENCE_SECONDS = 3
POLL_SECONDS = 0.02
SWEEPS = 5
"""How often to look again: a process can fork while it is being looked for."""


@dataclass(frozen=True)
class LabProcesses:
    """The processes of one lab, of this user (or of any, for root).

    Args:
        root: The lab's FILESYSTEM_ROOT, in the environment of LocalStack and of what it starts.
        temporary: The folder for temporary files, in the environment of Lambda functions.
    """

    root: Path
    temporary: Path

    def localstack(self) -> psutil.Process | None:
        """Return LocalStack itself; None when it does not run."""
        found = [
            process
            for process in psutil.process_iter()
            if environment_of(process).get("FILESYSTEM_ROOT") == str(self.root)
            and LOCALSTACK in _command_line(process)
        ]
        # A process that it is just starting still looks like it.
        return min(found, key=psutil.Process.create_time, default=None)

    def end(self, patience_seconds: float, leader: psutil.Process | None = None) -> None:
        """End LocalStack, and whatever it started or left behind.

        On SIGTERM it stops serving, but its process may stay for ever with idle threads: then
        SIGKILL follows.

        Args:
            patience_seconds: How long SIGTERM may take.
            leader: Which process gets it, and that time; by default LocalStack.
        """
        with undisturbed():
            first = leader or self.localstack()
            if first is not None:
                end_process(first, patience_seconds)
            # The plugin's guard outlives LocalStack for a moment, to clean up after the functions.
            _wait_for_end(self._all(), GUARD_PATIENCE_SECONDS)
            for _ in range(SWEEPS):
                left = self._all()
                if not left:
                    return
                _kill(left)

    def _all(self) -> list[psutil.Process]:
        return [p for p in psutil.process_iter() if self._is_ours(environment_of(p))]

    def _is_ours(self, environment: Mapping[str, str]) -> bool:
        if environment.get("FILESYSTEM_ROOT") == str(self.root):
            return True
        return environment.get(OF_FUNCTIONS, "").startswith(f"{self.temporary}/")


def end_process(process: psutil.Process, patience_seconds: float) -> None:
    """Ask a process to end, and kill it when that takes too long.

    Args:
        process: Of this user.
        patience_seconds: How long SIGTERM may take.
    """
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGTERM)
    _wait_for_end([process], patience_seconds)
    _kill([process])


def environment_of(process: psutil.Process) -> dict[str, str]:
    """Return what a process was started with; nothing for one that ended or is not ours."""
    try:
        found: dict[str, str] = process.environ()
        return found
    except (psutil.Error, OSError):
        return {}


def has_ended(process: psutil.Process) -> bool:
    """Return whether a process is gone, or a zombie, which only waits for its parent."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _command_line(process: psutil.Process) -> list[str]:
    try:
        found: list[str] = process.cmdline()
        return found
    except (psutil.Error, OSError):
        return []


def _wait_for_end(processes: Sequence[psutil.Process], patience_seconds: float) -> None:
    """Return when all have ended, or when the time is over.

    Where nobody reaps orphans, as in many containers, a zombie stays one for ever, and psutil alone
    would wait for that.
    """
    for _ in Polling(within=patience_seconds, every=POLL_SECONDS):
        if _all_ended(processes):
            return


def _all_ended(processes: Sequence[psutil.Process]) -> bool:
    _, left = psutil.wait_procs(processes, timeout=0)  # reaps our own children
    return all(has_ended(process) for process in left)


def _kill(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            process.kill()
    _wait_for_end(processes, KILL_PATIENCE_SECONDS)
