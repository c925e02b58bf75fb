"""The lab's command line in a checkout of its own, with a stand-in in LocalStack's place."""

import compileall
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil

from lab.launch.ports import free_port
from lab.launch.processes import LOCALSTACK, environment_of
from provision import waiting
from tests.engine.stand_in import StandIn

REPOSITORY = Path(__file__).parents[2]
PARTS = ("lab", "init", "scripts", "requirements", "samples")
LIMIT_SECONDS = 60
SETTINGS = ("LAB_", "LOCALSTACK_", "SMTP_", "COMPOSE_", "DOCKER_", "PYTHON")


class LabCheckout:
    """`scripts/lab`, ready to run, with one port of its own.

    Args:
        folder: where; it must not exist.
        parts: what `compiled_parts` made.
    """

    def __init__(self, folder: Path, parts: Path) -> None:
        self.root = folder
        self.port = free_port()
        shutil.copytree(parts, folder)
        self.localstack = StandIn(folder)
        self._install()

    @property
    def home(self) -> Path:
        """The folder of the lab on this port."""
        return self.root / ".lab" / str(self.port)

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        with self.start(*words, **variables) as running:
            try:
                out, err = running.communicate(timeout=LIMIT_SECONDS)
            finally:
                running.kill()
        return subprocess.CompletedProcess(words, running.returncode, out, err)

    def start(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        """Begin a command, in a process group that a signal reaches as a terminal's would."""
        return subprocess.Popen(
            self.command(*words),
            env=self.environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def command(self, *words: str) -> list[str]:
        """The words of a command for this lab."""
        which_lab = "--lab-port" if words[0] == "console" else "--port"
        return [str(self.root / "scripts" / "lab"), *words, which_lab, str(self.port)]

    def environment(self, **variables: str) -> dict[str, str]:
        """What it is run with: none of the user's settings, and no Docker."""
        kept = {n: value for n, value in os.environ.items() if not n.startswith(SETTINGS)}
        return {**kept, "DOCKER_HOST": "unix:///no/such/docker.sock", **variables}

    def processes(self) -> list[psutil.Process]:
        """Whatever this lab has started and that still runs."""
        return [
            process
            for process in psutil.process_iter()
            if any(str(self.home) in value for value in environment_of(process).values())
        ]

    def running_localstack(self) -> psutil.Process | None:
        """The stand-in, once it runs its own program."""
        seen = self.home / "root" / "seen.json"
        found = [p for p in self.processes() if LOCALSTACK in p.cmdline()]
        return found[0] if found and seen.exists() else None

    def recorded_profile(self) -> str:
        """What the lab's record says."""
        record: dict[str, Any] = json.loads((self.home / "lab.json").read_text(encoding="utf-8"))
        return str(record["profile"])

    def _install(self) -> None:
        """This run's own packages, as scripts/lab would have installed them."""
        venv = self.root / ".venv"
        (venv / "bin").mkdir(parents=True)
        for name in ("lib", "pyvenv.cfg"):
            (venv / name).symlink_to(Path(sys.prefix) / name)
        (venv / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
        lock = (self.root / "requirements" / "lab.txt").read_bytes()
        (venv / ".lab-installed").write_bytes(os.fsencode(f"{self.root}\n") + lock)


def compiled_parts(folder: Path) -> Path:
    """What a checkout needs of the repository, compiled once: scripts/lab has nothing written."""
    for part in PARTS:
        shutil.copytree(REPOSITORY / part, folder / part)
    compileall.compile_dir(folder, quiet=1)
    return folder


@contextlib.contextmanager
def lab_checkout(folder: Path, parts: Path) -> Iterator[LabCheckout]:
    """A checkout whose lab is stopped at the end."""
    checkout = LabCheckout(folder, parts)
    try:
        yield checkout
    finally:
        for process in checkout.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)


def wait_until(what: str, condition: Callable[[], Any]) -> Any:
    """Wait for a condition, looking often, and return what it gave when it held."""
    return waiting.wait_until(what, condition, within=LIMIT_SECONDS, every=0.02, growth=1)
