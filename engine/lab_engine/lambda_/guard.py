"""Kill every process of an execution environment, also those that it started itself.

As a script it is the engine's guard: a process that waits for the end of LocalStack, however that
ends (SIGKILL included), and then kills what its Lambda functions left running. If the guard is
killed too, a function still ends with the template from which it was forked; processes that the
function started remain until the next `kill_processes_with`.

It uses only the standard library, because the script runs without an import path.
"""

import contextlib
import os
import shutil
import signal
import sys
from pathlib import Path

SWEEPS = 5
"""A process can fork during a search, so the search is repeated."""

FOUND_BY = ("AWS_LAMBDA_LOG_STREAM_NAME", "LAMBDA_RUNTIME_DIR")
"""Variables that every child of a handler inherits, also in a session of its own.

The first contains the id of the execution environment, the second a path in LocalStack's folder.
AWS does not let a function set them."""


def kill_processes_with(mark: str) -> None:
    """Kill all processes whose environment contains a text.

    Args:
        mark: The id of an execution environment, or a variable with its value.
    """
    for _ in range(SWEEPS):
        found = [pid for pid in _other_processes() if _has_in_environment(pid, mark.encode())]
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if not found:
            return


def _other_processes() -> list[int]:
    own = str(os.getpid())
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and entry.name != own
    ]


def _has_in_environment(pid: int, mark: bytes) -> bool:
    try:
        return mark in Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:  # it has ended, is a zombie, or belongs to another user
        return False


def main(engine_folder: str) -> None:
    """Wait for LocalStack's end, then clean up.

    Args:
        engine_folder: The folder that all its functions have in their environment; deleted with
            everything in it.
    """
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    sys.stdin.read()  # closed when LocalStack ends, for whatever reason
    kill_processes_with(f"LAMBDA_RUNTIME_DIR={engine_folder}/")
    shutil.rmtree(engine_folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
