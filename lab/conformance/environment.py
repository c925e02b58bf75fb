"""The environment that the suite's tests run in: what they import, in versions they were made for.

It is not the lab's own, so that no test's library changes what is measured.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from lab.errors import LabError
from lab.paths import REPOSITORY, STATE

FOLDER = STATE / "conformance" / "environment"
LOCKS = [REPOSITORY / "requirements" / name for name in ("lab.txt", "conformance.txt")]


def is_made() -> bool:
    """Whether the environment is there, whole and made from the locks as they are."""
    return _stamp().exists() and _stamp().read_bytes() == _content()


def make() -> Path:
    """Make the environment unless it is there.

    Returns:
        Its Python.

    Raises:
        LabError: it could not be made; the message ends with what the installer said.
    """
    python = FOLDER / "bin" / "python"
    if is_made():
        return python
    shutil.rmtree(FOLDER, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(FOLDER)])
    wanted = ["--require-hashes", *(option for lock in LOCKS for option in ("-r", str(lock)))]
    uv = Path(sys.prefix) / "bin" / "uv"
    if uv.exists():
        _run([str(uv), "pip", "install", "--compile-bytecode", "--python", str(python), *wanted])
    else:
        _run([str(python), "-m", "pip", "--disable-pip-version-check", "install", *wanted])
    _stamp().write_bytes(_content())
    return python


def _stamp() -> Path:
    return FOLDER / "made-from"


def _content() -> bytes:
    return b"".join(lock.read_bytes() for lock in LOCKS)


def _run(command: list[str]) -> None:
    # The user's own variables, so that a proxy or a mirror counts; uv asks the system for
    # certificates only when told.
    environment = {"UV_SYSTEM_CERTS": "1", **os.environ}
    for name in ("PYTHONPATH", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX", "PIP_USER"):
        environment.pop(name, None)
    ended = subprocess.run(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if ended.returncode:
        last = "\n".join(ended.stdout.strip().splitlines()[-8:])
        raise LabError(
            f"The environment of the suite could not be made in {FOLDER}. "
            f"Is the network there, and the disk not full? Then run it again. It said:\n{last}"
        )
