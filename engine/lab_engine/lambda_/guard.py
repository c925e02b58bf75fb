"""Kills every process of an execution environment, whoever started it and whatever it became.

Run as a script it is the engine's guard: a process of its own that outlives LocalStack for a
moment, however LocalStack ends (SIGKILL included), and then kills what its Lambda functions left
running. Should the guard be killed as well, a function still dies with the template it was forked
off; what it has itself started is then left to the next `kill_processes_with`.

It stands on the standard library alone, since the script is run without any import path.
"""

import contextlib
import os
import shutil
import signal
import sys
from pathlib import Path

SWEEPS = 5
"""A process can fork while it is being looked for; nothing sane does so five times over."""


FOUND_BY = ("AWS_LAMBDA_LOG_STREAM_NAME", "LAMBDA_RUNTIME_DIR")
"""Variables that every child of a handler inherits, even one that made itself a session of its own
and was left behind by its parent: the first holds the id of the execution environment, the second
is in this LocalStack's folder. AWS lets no function set them."""


def kill_processes_with(mark: str) -> None:
    """Kills all processes that carry a text in their environment.

    Args:
        mark: the id of an execution environment, or a variable with its value.
    """
    for _ in range(SWEEPS):
        found = [pid for pid in _other_processes() if _carries(pid, mark.encode())]
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


def _carries(pid: int, mark: bytes) -> bool:
    try:
        return mark in Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:  # gone, a zombie, or another user's
        return False


def main(engine_folder: str) -> None:
    """Waits for LocalStack's end, then cleans up.

    Args:
        engine_folder: which all its functions name in their environment; deleted at the end, with
            all that they wrote there.
    """
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    sys.stdin.read()  # closed by the end of LocalStack, whichever that is
    kill_processes_with(f"LAMBDA_RUNTIME_DIR={engine_folder}/")
    shutil.rmtree(engine_folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
