"""The emulators that are compared, each started with the same pipeline in it."""

import contextlib
import os
import signal
import socket
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

from lab.engines.local import LocalEngine
from lab.paths import REPOSITORY
from provision.settings import Settings

_TUNING = (
    "LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC",
    "LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC",
)
_START_SECONDS = 60
_STOP_SECONDS = 5


@dataclass(frozen=True)
class Leg:
    """A running emulator with a provisioned pipeline."""

    name: str
    endpoint: str
    pid: int
    settings: Settings
    start_seconds: float
    """From its start to the provisioned pipeline."""


class PlainEngine(LocalEngine):
    """LocalStack with the process executor and nothing else, at its own settings."""

    def _environment(self) -> dict[str, str]:
        environment = super()._environment() | {"LAB_FIDELITY": "off"}
        return {name: value for name, value in environment.items() if name not in _TUNING}


def end_legs_on_termination() -> None:
    """Makes SIGTERM leave by an exception, so that what was started is stopped."""

    def leave(*_: object) -> None:
        sys.exit(143)

    signal.signal(signal.SIGTERM, leave)


@contextlib.contextmanager
def start_lab(folder: Path) -> Iterator[Leg]:
    """The lab as `scripts/lab up` starts it."""
    with _started("lab", _engine(LocalEngine, folder)) as leg:
        yield leg


@contextlib.contextmanager
def start_lab_without_iam(folder: Path) -> Iterator[Leg]:
    """The lab with LAB_IAM=off, to see what the enforcement costs."""
    engine = _engine(LocalEngine, folder, LAB_IAM="off")
    with _started("no-iam", engine) as leg:
        yield leg


@contextlib.contextmanager
def start_plain(folder: Path) -> Iterator[Leg]:
    """LocalStack without what the plugin adds."""
    with _started("plain", _engine(PlainEngine, folder)) as leg:
        yield leg


@contextlib.contextmanager
def start_ministack(folder: Path) -> Iterator[Leg]:
    """MiniStack, a light emulator, with its functions as local processes.

    It lives in a throw-away environment, made once from `requirements/bench.txt`.
    """
    python = _ministack_python()
    port = _free_port()
    endpoint = f"http://127.0.0.1:{port}"
    clean = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    own = {
        "GATEWAY_PORT": str(port),
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
        yield Leg("ministack", endpoint, process.pid, _settings(), took)
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
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(endpoint, timeout=2):  # noqa: S310 - our own endpoint
                return
        except urllib.error.HTTPError:
            return  # an answer, if not a friendly one
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _provision(endpoint: str, environment: dict[str, str]) -> None:
    """Provisions as the ready hook does, from outside."""
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
    """Ends a process and, after it, whatever it had started."""
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


def _engine(kind: type[LocalEngine], folder: Path, **settings: str) -> LocalEngine:
    return kind(port=_free_port(), home=folder, profile="quick", settings=settings)


@contextlib.contextmanager
def _started(name: str, engine: LocalEngine) -> Iterator[Leg]:
    began = time.monotonic()
    engine.start()
    took = time.monotonic() - began
    try:
        localstack = engine.localstack()
        assert localstack is not None, "it ended right after its start"
        yield Leg(name, engine.endpoint, localstack.pid, _settings(), took)
    finally:
        engine.stop()


LEGS: dict[str, Callable[[Path], AbstractContextManager[Leg]]] = {
    "plain": start_plain,
    "lab": start_lab,
    "no-iam": start_lab_without_iam,
    "ministack": start_ministack,
}
"""What can be compared, by the name it has in tables."""


def in_turn(legs: Sequence[str], rounds: int) -> Iterator[str]:
    """Each leg once a round, the order reversed from round to round: a machine's speed drifts.

    Args:
        legs: names of LEGS.
        rounds: how often each comes.
    """
    for number in range(rounds):
        yield from legs if number % 2 == 0 else reversed(legs)


def _settings() -> Settings:
    return Settings.from_environment({"LAB_PROFILE": "quick"})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
