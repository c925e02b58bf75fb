"""A LocalStack of the tests' own, with the plugin, on a free port.

With the option `--plain` it is one without what closes the gaps: see `tests/engine/plain.py`.
"""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config

from tests.engine.plain import PlainRun
from tests.ports import free_port

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


@dataclass(frozen=True)
class LocalStack:
    """A running instance."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "localstack.log").read_text(errors="replace")

    def page(self, path: str) -> Any:
        """One of the emulator's own pages, read as JSON."""
        answer = requests.get(f"{self.endpoint}{path}", timeout=10)
        answer.raise_for_status()
        return answer.json()

    def client(
        self,
        service: str,
        access_key: str = "test",
        region: str = REGION,
        secret_key: str = "test",  # noqa: S107 - what the root of any LocalStack signs with
    ) -> Any:
        """A boto3 client for this instance; does not retry, so that tests see every error."""
        connect: Any = boto3.client  # its overloads want the service's name literally
        return connect(
            service,
            endpoint_url=self.endpoint,
            region_name=region,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=Config(retries={"total_max_attempts": 1}, read_timeout=120),
        )

    def stop(self) -> None:
        """Stops it by SIGTERM, then, since it may hang on idle threads, by SIGKILL."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
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
        RuntimeError: with the end of the log, when it does not come up.
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
        "PYTHONDONTWRITEBYTECODE": "1",
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "LAMBDA_RUNTIME_EXECUTOR": "process",
        "SQS_ENDPOINT_STRATEGY": "dynamic",
        "DISABLE_CUSTOM_CORS_S3": "1",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DNS_ADDRESS": "0",
        "OVERRIDE_IN_DOCKER": "0",
        "DOCKER_HOST": "unix:///no/such/docker.sock",  # nothing here may need one
        "DEBUG": "0",
    } | FOR_ALL


def wait_until_ready(localstack: LocalStack) -> None:
    """Waits until the instance serves; raises with its log when it will not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and localstack.process.poll() is None:
        with contextlib.suppress(requests.ConnectionError):
            ready = requests.get(f"{localstack.endpoint}/_localstack/init/ready", timeout=5)
            if ready.ok and ready.json()["completed"]:
                return
        time.sleep(0.1)
    message = f"LocalStack did not come up. The end of its log:\n{localstack.log[-4000:]}"
    raise RuntimeError(message)


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
        "DISABLE_CUSTOM_CORS_S3": "0",
    }
