"""The emulators that are compared, each started with the same pipeline in it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import psutil

from lab.launch.environment import QUEUE_POLLING
from lab.launch.local import LocalLauncher
from lab.launch.ports import free_port
from lab.paths import REPOSITORY
from lab.running import LabRecord, RunningLab
from provision.waiting import wait_until

_START_SECONDS = 60
_STOP_SECONDS = 5


@dataclass(frozen=True)
class Emulator:
    """A running emulator with a provisioned pipeline.

    Attributes:
        name: As tables call it.
        lab: Its AWS API.
        pid: Of its first process.
        start_seconds: From its start to the provisioned pipeline.
    """

    name: str
    lab: RunningLab
    pid: int
    start_seconds: float


class PlainLauncher(LocalLauncher):
    """LocalStack with the process executor and nothing else, at its own settings."""

    def _environment(self) -> dict[str, str]:
        environment = super()._environment() | {"LAB_FIDELITY": "off"}
        return {name: value for name, value in environment.items() if name not in QUEUE_POLLING}


def stop_emulators_on_termination() -> None:
    """Make SIGTERM leave by an exception, so that what was started is stopped."""

    def leave(*_: object) -> None:
        sys.exit(143)

    signal.signal(signal.SIGTERM, leave)


def start_lab(folder: Path) -> AbstractContextManager[Emulator]:
    """Start the lab as `scripts/lab up` does."""
    return _started("lab", _launcher(LocalLauncher, folder))


def start_lab_saving(folder: Path) -> AbstractContextManager[Emulator]:
    """Start the lab with LAB_PERSIST=on."""
    return _started("saving", _launcher(LocalLauncher, folder, LAB_PERSIST="on"))


def start_lab_without_iam(folder: Path) -> AbstractContextManager[Emulator]:
    """Start the lab with LAB_IAM=off, to see what the enforcement costs."""
    return _started("no-iam", _launcher(LocalLauncher, folder, LAB_IAM="off"))


def start_lab_without(saving: str, folder: Path) -> AbstractContextManager[Emulator]:
    """Start the lab without something that only saves time, to see what it saves.

    Args:
        saving: A name that LAB_WITHOUT can have, such as `runtime.direct_calls`.
        folder: For the lab's files.
    """
    return _started(f"without {saving}", _launcher(LocalLauncher, folder, LAB_WITHOUT=saving))


def start_lab_not_saving(folder: Path) -> AbstractContextManager[Emulator]:
    """Start the lab with LAB_PERSIST=off, to see what saving costs."""
    return _started("unsaved", _launcher(LocalLauncher, folder, LAB_PERSIST="off"))


def start_plain(folder: Path) -> AbstractContextManager[Emulator]:
    """Start LocalStack without what the plugin adds."""
    return _started("plain", _launcher(PlainLauncher, folder))


@contextlib.contextmanager
def start_ministack(folder: Path) -> Iterator[Emulator]:
    """Start MiniStack, a light emulator, with its functions as local processes.

    It is installed in an environment of its own, made once from `requirements/bench.txt`.
    """
    python = _ministack_python()
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    clean = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    own = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",  # without it every interface is listened at
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": "ap-southeast-1",
        "LAMBDA_EXECUTOR": "local",
        "HOME": str(folder),
        "TMPDIR": str(folder),
    }
    began = time.monotonic()
    with (folder / "ministack.log").open("wb") as log:
        process = subprocess.Popen(
            [python.with_name("ministack")],
            cwd=folder,
            env=clean | own,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_it_answers(endpoint)
        _provision(endpoint, clean)
        took = time.monotonic() - began
        lab = RunningLab(LabRecord(port, engine="ministack", profile="quick"))
        yield Emulator("ministack", lab, process.pid, took)
    finally:
        _end(process)


def _ministack_python() -> Path:
    folder = REPOSITORY / ".lab" / "bench" / "ministack"
    python = folder / "bin" / "python"
    if not python.with_name("ministack").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        lock = REPOSITORY / "requirements" / "bench.txt"
        pip = [str(python), "-m", "pip", "install", "-q", "--require-hashes", "--no-deps"]
        subprocess.run([*pip, "-r", str(lock)], check=True)
    return python


def _wait_until_it_answers(endpoint: str) -> None:
    def answers() -> bool:
        try:
            with urllib.request.urlopen(endpoint, timeout=2):  # noqa: S310 - our own endpoint
                return True
        except urllib.error.HTTPError:
            return True  # an answer, if not a friendly one
        except OSError:
            return False

    wait_until(f"an answer of {endpoint}", answers, within=_START_SECONDS, growth=1)


def _provision(endpoint: str, environment: dict[str, str]) -> None:
    """Provision as the ready hook does, from outside."""
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    target = {"AWS_ENDPOINT_URL": endpoint, "LAB_PROFILE": "quick"}
    subprocess.run(
        [sys.executable, "-m", "provision"],
        cwd=REPOSITORY / "init",
        env=environment | credentials | target,
        stdout=subprocess.DEVNULL,
        check=True,
    )


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process and, after it, whatever it had started."""
    children = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for child in children:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


def _launcher(kind: type[LocalLauncher], folder: Path, **settings: str) -> LocalLauncher:
    return kind(port=free_port(), home=folder, profile="quick", settings=settings)


@contextlib.contextmanager
def _started(name: str, launcher: LocalLauncher) -> Iterator[Emulator]:
    began = time.monotonic()
    launcher.start()
    took = time.monotonic() - began
    try:
        localstack = launcher.localstack()
        assert localstack is not None, "it ended right after its start"
        lab = RunningLab(LabRecord(launcher.port, profile="quick"))
        yield Emulator(name, lab, localstack.pid, took)
    finally:
        launcher.stop()


type Starter = Callable[[Path], AbstractContextManager[Emulator]]

EMULATORS: dict[str, Starter] = {
    "plain": start_plain,
    "lab": start_lab,
    "no-iam": start_lab_without_iam,
    "saving": start_lab_saving,
    "unsaved": start_lab_not_saving,
    "ministack": start_ministack,
}
"""What can be compared, by the name it has in tables."""


def in_turn(emulators: Sequence[str], rounds: int) -> Iterator[str]:
    """Yield each once a round, the order reversed from round to round: a machine's speed drifts.

    Args:
        emulators: Names of EMULATORS.
        rounds: How often each comes.
    """
    for number in range(rounds):
        yield from emulators if number % 2 == 0 else reversed(emulators)
