"""Compose, run to its end; or ended, with all it has started, when the lab's command is."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE_SECONDS = 10


def run_compose(
    command: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> tuple[int, str]:
    """Run a command of Compose.

    Args:
        command: The whole of it.
        folder: Where docker-compose.yml is.
        environment: All its variables.

    Returns:
        Its exit status, and what it wrote to stderr.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        # `docker compose` is two processes. They end together, and not at a Ctrl-C during `down`.
        process_group=0,
    )
    try:
        _, said = process.communicate()
    except BaseException:
        _end(process)
        raise
    return process.returncode, said


def _end(process: "subprocess.Popen[str]") -> None:
    for number, patience_seconds in ((signal.SIGTERM, PATIENCE_SECONDS), (signal.SIGKILL, None)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=patience_seconds)
            return
