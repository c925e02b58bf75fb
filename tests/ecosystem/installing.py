"""The programs of Node.js, each installed once from its lock into a folder of its own.

Those of Python have `lab.locked_environment` for that.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lab.paths import STATE

INSTALLED = STATE / "ecosystem"
_LOCK = "package-lock.json"


@dataclass(frozen=True)
class NodePackages:
    """What a `package.json` asks for, in the versions and with the digests of its lock.

    Attributes:
        source: The folder with both files.
    """

    source: Path

    @property
    def modules(self) -> Path:
        """The folder `node_modules`; programs are in its `.bin`."""
        return self._folder / "node_modules"

    def install(self) -> None:
        """Install them unless they are there. No package runs a script of its own."""
        wanted = (self.source / _LOCK).read_bytes()
        stamp = self._folder / "made-from"
        if stamp.exists() and stamp.read_bytes() == wanted:
            return
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        for name in ("package.json", _LOCK):
            shutil.copy(self.source / name, self._folder)
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=self._folder,
            env={**os.environ, "npm_config_update_notifier": "false"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        stamp.write_bytes(wanted)

    @property
    def _folder(self) -> Path:
        return INSTALLED / self.source.name
