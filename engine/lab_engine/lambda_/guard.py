"""Kills every process of an execution environment, whoever started it and whatever it became.

Run as a script it is the engine's guard: a process of its own that outlives LocalStack for a
moment, however LocalStack ends (SIGKILL included), and then kills what its Lambda functions left
running. The prctl death signal cannot do this: it fires when the *thread* that started a process
ends, and it does not reach grandchildren.

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


def kill_processes_of(environment_ids: set[str]) -> None:
    """Kills all processes that carry one of the ids in their environment.

    The id is part of AWS_LAMBDA_LOG_STREAM_NAME, which every child of a handler inherits, even
    one that made itself a session of its own and was left behind by its parent.
    """
    wanted = [environment_id.encode() for environment_id in environment_ids]
    for _ in range(SWEEPS):
        found = [pid for pid in _other_processes() if _carries(pid, wanted)]
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


def _carries(pid: int, wanted: list[bytes]) -> bool:
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:  # gone, a zombie, or another user's
        return False
    return any(environment_id in environment for environment_id in wanted)


def main(engine_folder: str) -> None:
    """Keeps the list of living environments that LocalStack sends; cleans up when that ends.

    Args:
        engine_folder: deleted at the end, with all that the functions wrote there.
    """
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    watched: set[str] = set()
    for line in sys.stdin:
        match line.split():
            case ["watch", environment_id]:
                watched.add(environment_id)
            case ["forget", environment_id]:
                watched.discard(environment_id)
    kill_processes_of(watched)
    shutil.rmtree(engine_folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
