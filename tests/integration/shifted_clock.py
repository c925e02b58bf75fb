"""A Python whose clock is ahead, and with it every process it starts by `sys.executable`.

LocalStack starts its functions by `sys.executable`, in an environment that inherits nothing. So
the shift is not in the environment but in the interpreter: a virtual environment like our own,
whose `bin/python` preloads libfaketime before it becomes the real one.
"""

from __future__ import annotations

import contextlib
import shlex
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from lab.launch.processes import has_ended

if TYPE_CHECKING:
    from datetime import timedelta

_PYTHON = """#!/usr/bin/env bash
# The wall clock alone: timeouts run on the monotonic one. Without FORCE_MONOTONIC_FIX=0 a timed
# wait on that clock ends at once, and threads take the GIL from each other without end.
# The shift is read once, because a function's environment need not keep it.
export LD_PRELOAD={library} FAKETIME={ahead:+d} FAKETIME_CACHE_DURATION=86400
export FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_FORCE_MONOTONIC_FIX=0
exec -a "$0" {python} "$@"
"""


def python_ahead(folder: Path, ahead: timedelta) -> Path:
    """Make a Python whose clock is ahead; skip the test where libfaketime cannot shift it.

    Args:
        folder: Where; it must not exist.
        ahead: By how much, in whole seconds; negative: behind.
    """
    library = _libfaketime()
    seconds = int(ahead.total_seconds())
    (folder / "bin").mkdir(parents=True)
    ours = Path(sys.prefix)
    for name in ("lib", "pyvenv.cfg"):
        (folder / name).symlink_to(ours / name)
    python = folder / "bin" / "python"
    python.write_text(
        _PYTHON.format(
            library=shlex.quote(str(library)), ahead=seconds, python=shlex.quote(sys.executable)
        ),
        encoding="utf-8",
    )
    python.chmod(0o755)
    _skip_unless_shifted(python, seconds)
    return python


def _libfaketime() -> Path:
    package = find_spec("libfaketime")
    if package is None or package.origin is None:
        pytest.skip("libfaketime is not installed, so no clock can be shifted")
    library = Path(package.origin).parent / "vendor" / "libfaketime" / "src" / "libfaketime.so.1"
    if not library.exists():
        pytest.skip(f"libfaketime has no {library.name} for this machine")
    return library


def _skip_unless_shifted(python: Path, seconds: int) -> None:
    """Where the library is another machine's, the loader says so on stderr and goes on without."""
    answer = subprocess.run(
        [python, "-c", "import time; print(time.time())"],
        capture_output=True,
        text=True,
        check=True,
    )
    if abs(float(answer.stdout) - time.time() - seconds) > 60:
        pytest.skip(f"libfaketime does not shift the clock here: {answer.stderr.strip()}")


def forget_dead_processes() -> None:
    """Remove what libfaketime leaves in shared memory of each process that was killed."""
    for path in Path("/dev/shm").glob("*faketime_*"):
        pid = path.name.rpartition("_")[2]
        if pid.isdigit() and _has_ended(int(pid)):
            with contextlib.suppress(PermissionError):
                path.unlink(missing_ok=True)


def _has_ended(pid: int) -> bool:
    try:
        return has_ended(psutil.Process(pid))
    except psutil.NoSuchProcess:
        return True
