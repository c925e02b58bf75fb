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

from lab.chosen import FIRST_ACCOUNT
from lab.launch.environment import QUEUE_POLLING
from lab.launch.local import LocalLauncher
from lab.launch.ports import free_port
from lab.locked_environment import LockedEnvironment
from lab.paths import REPOSITORY, STATE
from lab.running import LabRecord, RunningLab
from provision.waiting import wait_until

BENCH_ENVIRONMENT = LockedEnvironment(
    "the benchmarks", STATE / "bench" / "environment", locks=("bench",)
)
"""Has MiniStack and py-spy."""
MOTO = LockedEnvironment("moto server", STATE / "bench" / "moto", locks=("moto-server",))
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


@dataclass(frozen=True)
class Server:
    """An AWS endpoint of this machine, empty at first.

    Attributes:
        port: Where it listens, on 127.0.0.1 only.
        pid: Of its process.
    """

    port: int
    pid: int

    @property
    def endpoint(self) -> str:
        """Where AWS clients go."""
        return f"http://127.0.0.1:{self.port}"


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
    """Start MiniStack, a light emulator, with its functions as local processes."""
    BENCH_ENVIRONMENT.make()  # the first time only, and no part of a start
    began = time.monotonic()
    with serve_ministack(folder) as server:
        _provision(server.endpoint, _clean_environment())
        took = time.monotonic() - began
        lab = RunningLab(LabRecord(server.port, engine="ministack", profile="quick"))
        yield Emulator("ministack", lab, server.pid, took)


@contextlib.contextmanager
def serve_ministack(folder: Path) -> Iterator[Server]:
    """Run MiniStack, with its functions as local processes, until the end of the block.

    Args:
        folder: For its files and its log.
    """
    port = free_port()
    own = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",  # without it every interface is listened at
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": "ap-southeast-1",
        "LAMBDA_EXECUTOR": "local",
    }
    with _served(
        [str(BENCH_ENVIRONMENT.make().with_name("ministack"))], port, folder, own
    ) as server:
        yield server


@contextlib.contextmanager
def serve_moto(folder: Path) -> Iterator[Server]:
    """Run moto server, which runs no function without Docker, until the end of the block.

    Args:
        folder: For its files and its log.
    """
    port = free_port()
    program = str(MOTO.make().with_name("moto_server"))
    own = {"MOTO_ACCOUNT_ID": FIRST_ACCOUNT, "DOCKER_HOST": "unix:///no/such/docker.sock"}
    with _served([program, "-H", "127.0.0.1", "-p", str(port)], port, folder, own) as server:
        yield server


@contextlib.contextmanager
def _served(
    command: list[str], port: int, folder: Path, variables: dict[str, str]
) -> Iterator[Server]:
    own = {**variables, "HOME": str(folder), "TMPDIR": str(folder)}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_clean_environment() | own,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    server = Server(port, process.pid)
    try:
        _wait_until_it_answers(server.endpoint)
        yield server
    finally:
        _end(process)


def _clean_environment() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}


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
