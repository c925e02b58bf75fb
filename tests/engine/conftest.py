"""A LocalStack of the tests' own, with the plugin, on a free port.

With the option `--plain` it is one without what closes the gaps: see `tests/engine/plain.py`.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests

from lab.launch.environment import ON_THIS_MACHINE, REQUIRED
from lab.launch.ports import free_port
from lab.launch.readiness import read_readiness
from lab.running import LabRecord, RunningLab
from provision.waiting import HopelessError, wait_until
from tests.engine.plain import PlainRun

ENGINE = Path(__file__).parents[2] / "engine"
REGION = "ap-southeast-1"
START_SECONDS = 60
STOP_SECONDS = 4
FOR_ALL: dict[str, str] = {}
"""Variables of every instance beside the usual ones."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--plain",
        action="store_true",
        help="demand that every test with the marker gap fails without the plugin",
    )


def pytest_configure(config: pytest.Config) -> None:
    if is_plain(config):
        FOR_ALL["LAB_FIDELITY"] = "off"
        config.pluginmanager.register(PlainRun())


def is_plain(config: pytest.Config) -> bool:
    """Whether this run proves the gaps."""
    # The option is unknown when pytest finds this file only while it collects.
    return bool(config.getoption("--plain", default=False))


class LocalStack(RunningLab):
    """A running instance. Its clients do not retry, so that tests see every error.

    Args:
        process: LocalStack itself.
        port: Where it listens.
        folder: Its files.
    """

    def __init__(self, process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
        super().__init__(LabRecord(port), retries=0, read_timeout_seconds=120)
        self.process = process
        self.port = port
        self.folder = folder

    @property
    def log(self) -> str:
        return (self.folder / "localstack.log").read_text(errors="replace")

    def page(self, path: str) -> Any:
        """One of the emulator's own pages, read as JSON."""
        try:
            answer = requests.get(f"{self.endpoint}{path}", timeout=60)
        except requests.Timeout:
            pytest.fail(f"no answer from {path} in a minute")
        answer.raise_for_status()
        return answer.json()

    def stop(self) -> None:
        """Stops it by SIGTERM, then, since it may hang on idle threads, by SIGKILL.

        It ends in any case, also when a test has stopped it by SIGSTOP, and when a second Ctrl-C
        cuts the waiting off.
        """
        self.process.terminate()
        self.process.send_signal(signal.SIGCONT)
        try:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        finally:
            self.kill()

    def kill(self) -> None:
        """Kills it without any chance to clean up."""
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def start_localstack(
    folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[LocalStack]:
    """Runs LocalStack with the plugin until the end of the block.

    Args:
        folder: an empty one; LocalStack's files, temporary files and log go there.
        environment: variables beside or instead of the usual ones.

    Raises:
        GaveUpError: It does not come up; with the end of its log.
    """
    port = free_port()
    with (folder / "localstack.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "localstack.runtime.main"],
            env=localstack_environment(folder, port) | dict(environment or {}),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    localstack = LocalStack(process, port, folder)
    try:
        wait_until_ready(localstack)
        yield localstack
    finally:
        localstack.stop()


def localstack_environment(folder: Path, port: int) -> dict[str, str]:
    """What LocalStack needs to run beside others on one machine, and nothing of the caller's."""
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "TMPDIR": str(temporary),
        "FILESYSTEM_ROOT": str(folder),
        "LOCALSTACK_VOLUME_DIR": str(folder),
        "PYTHONPATH": str(ENGINE),
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        **REQUIRED,
        **ON_THIS_MACHINE,
        "DOCKER_HOST": "unix:///no/such/docker.sock",  # nothing here may need one
        "DEBUG": "0",
    } | FOR_ALL


def wait_until_ready(localstack: LocalStack) -> None:
    """Wait until the instance serves; fail with its log when it will not."""

    def serves() -> bool:
        if localstack.process.poll() is not None:
            raise HopelessError("it has ended")
        return read_readiness(localstack.endpoint).completed

    wait_until(
        "LocalStack to come up",
        serves,
        within=START_SECONDS,
        growth=1,
        seen=lambda: f"The end of its log:\n{localstack.log[-4000:]}",
    )


@pytest.fixture(scope="session")
def localstack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """The one instance that most tests here share."""
    with start_localstack(tmp_path_factory.mktemp("localstack")) as instance:
        yield instance


@pytest.fixture
def localstack_or_bare(request: pytest.FixtureRequest) -> LocalStack:
    """The shared instance; in a plain run one that has not even what LAB_FIDELITY=off leaves on."""
    name = "bare_localstack" if is_plain(request.config) else "localstack"
    instance: LocalStack = request.getfixturevalue(name)
    return instance


@pytest.fixture(scope="session")
def bare_localstack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """LocalStack without the plugin."""
    folder = tmp_path_factory.mktemp("bare")
    with start_localstack(folder, without_plugin(folder)) as instance:
        yield instance
        instance.kill()  # it has nothing to clean up, and would take its time


def without_plugin(folder: Path) -> dict[str, str]:
    """What LocalStack needs to start in a folder without the plugin; lays files there."""
    from lab_engine.runtime.certificate import self_signed  # noqa: PLC0415 - few need LocalStack in here

    for machine in ("x86_64", "arm64"):
        # It would download what it runs in a container; with that in place it asks for Docker.
        init = folder / "usr/lib/localstack/lambda-runtime/none" / machine / "var/rapid/init"
        init.parent.mkdir(parents=True)
        init.touch()
    # It can't make one with the pyOpenSSL that is locked here.
    certificate = folder / "certificate.pem"
    certificate.write_bytes(self_signed())
    return {
        "PYTHONPATH": "",
        "LAMBDA_INIT_RELEASE_VERSION": "none",
        "CUSTOM_SSL_CERT_PATH": str(certificate),
    }
