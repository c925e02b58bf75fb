"""Python environments that are not the lab's own: what is in them is in versions of its own.

So no library of a suite, of another emulator or of a client changes what is measured or tested.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lab.errors import LabError
from lab.paths import REPOSITORY

_UV: Final = Path(sys.prefix) / "bin" / "uv"
"""What installed the lab itself, where it could be had."""


@dataclass(frozen=True)
class LockedEnvironment:
    """An environment that is made once from locks, and anew when one of them has changed.

    Attributes:
        what: Whose it is, for people.
        folder: Where it is.
        locks: The names of its locks in `requirements/`, without `.txt`.
        version: Of its Python, such as `3.12`, which uv finds or fetches; by default this one.
    """

    what: str
    folder: Path
    locks: tuple[str, ...]
    version: str = ""

    @property
    def python(self) -> Path:
        """Its Python; programs that it installs are beside it."""
        return self.folder / "bin" / "python"

    def is_made(self) -> bool:
        """Whether the environment is there, whole and made from the locks as they are."""
        return self._stamp.exists() and self._stamp.read_bytes() == self._content()

    def make(self) -> Path:
        """Make the environment unless it is there.

        Returns:
            Its Python.

        Raises:
            LabError: it could not be made; the message ends with what the installer said.
        """
        if self.is_made():
            return self.python
        shutil.rmtree(self.folder, ignore_errors=True)
        wanted = ["--require-hashes", *(word for path in self._paths for word in ("-r", str(path)))]
        if _UV.exists():
            chosen = self.version or sys.executable
            self._run([str(_UV), "venv", "--quiet", "--python", chosen, str(self.folder)])
            into = ["--compile-bytecode", "--python", str(self.python)]
            self._run([str(_UV), "pip", "install", *into, *wanted])
        else:
            interpreter = f"python{self.version}" if self.version else sys.executable
            self._run([interpreter, "-m", "venv", str(self.folder)])
            pip = [str(self.python), "-m", "pip", "--disable-pip-version-check", "install"]
            self._run([*pip, *wanted])
        self._stamp.write_bytes(self._content())
        return self.python

    @property
    def _paths(self) -> list[Path]:
        return [REPOSITORY / "requirements" / f"{name}.txt" for name in self.locks]

    @property
    def _stamp(self) -> Path:
        return self.folder / "made-from"

    def _content(self) -> bytes:
        return b"".join(path.read_bytes() for path in self._paths)

    def _run(self, command: list[str]) -> None:
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
                f"The environment of {self.what} could not be made in {self.folder}. "
                f"Is the network there, and the disk not full? Then run it again. It said:\n{last}"
            )
