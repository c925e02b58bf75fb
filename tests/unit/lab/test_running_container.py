"""`up` on a running compose lab: whatever variables changed, its container and its cloud stay."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from lab.errors import LabError
from lab.launch import compose, mailbox
from lab.launch.compose import ComposeLauncher
from lab.launch.readiness import Readiness

READY = Readiness(answers=True, completed=True, scripts={"10.py": "SUCCESSFUL"})
FAILED = Readiness(answers=True, completed=True, scripts={"10.py": "ERROR"})
GIGABYTE = 1024**3


class FakeContainer:
    """A running container, as far as the engine looks at it."""

    status = "running"
    name = "csv-lab-localstack-1"

    def __init__(self, image: str, environment: dict[str, str]) -> None:
        variables = [f"{name}={value}" for name, value in environment.items()]
        self.labels = {compose.PROJECT_LABEL: "csv-lab"}
        self.attrs = {
            "Config": {"Env": variables, "Image": image},
            "HostConfig": {
                "Memory": 3 * GIGABYTE,
                "PortBindings": {
                    compose.INNER_PORT: [{"HostPort": "4701"}],
                    mailbox.INNER_PORT: [{"HostPort": "8026"}],
                },
            },
            "State": {"Health": {"Status": "healthy"}},
        }

    def logs(self, **_: object) -> bytes:
        return b""


class Containers:
    """The one that runs."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._container = FakeContainer("localstack/localstack:4.14.0", environment)

    def list(self, **_: object) -> list[FakeContainer]:
        return [self._container]


class Docker:
    """An engine with one lab; `ran` lists what Compose was told."""

    def __init__(self) -> None:
        self.ran: list[list[str]] = []
        self.environment = {"LAB_PROFILE": "quick", "LAB_IAM": "enforce", "SMTP_HOST": ""}

    @property
    def containers(self) -> Containers:
        return Containers(self.environment)

    def run_compose(self, command: list[str], *_: object) -> tuple[int, str]:
        self.ran.append(command[2:])
        return 0, ""


@pytest.fixture
def docker(monkeypatch: pytest.MonkeyPatch) -> Docker:
    for name in (
        "SMTP_HOST",
        "SMTP_USER",
        "SMTP_PASS",
        "LAB_MEMORY",
        "LOCALSTACK_IMAGE",
        "LAB_IAM",
    ):
        monkeypatch.delenv(name, raising=False)
    fake = Docker()

    @contextlib.contextmanager
    def client(*_: object) -> Iterator[Docker]:
        yield fake

    monkeypatch.setattr(compose, "docker_client", client)
    monkeypatch.setattr(compose, "compose_command", lambda: ["docker", "compose"])
    monkeypatch.setattr(compose, "run_compose", fake.run_compose)
    monkeypatch.setattr(compose, "has_image", lambda *_: True)
    monkeypatch.setattr(compose, "read_readiness", lambda _: READY)
    return fake


def test_it_is_only_waited_for(docker: Docker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_HOST", "smtp.example.com")
    monkeypatch.setenv("LAB_MEMORY", "4g")
    monkeypatch.setenv("LOCALSTACK_IMAGE", "registry.invalid/localstack")
    ComposeLauncher(port=4701).start()
    assert docker.ran == []


def test_its_mailbox_is_started_without_making_it_anew(docker: Docker) -> None:
    ComposeLauncher(port=4701, mailbox_port=8026).start()
    assert docker.ran == [["--project-name", "csv-lab", "up", "-d", "--no-recreate"]]


@pytest.mark.parametrize("ending", [KeyboardInterrupt, LabError])
def test_an_up_that_fails_or_is_interrupted_leaves_it_running(
    docker: Docker, monkeypatch: pytest.MonkeyPatch, ending: type[BaseException]
) -> None:
    def look(_: str) -> Readiness:
        if ending is KeyboardInterrupt:
            raise KeyboardInterrupt
        return FAILED

    monkeypatch.setattr(compose, "read_readiness", look)
    with pytest.raises(ending):
        ComposeLauncher(port=4701).start()
    assert docker.ran == []


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({}, []),
        ({"LAB_IAM": "enforce", "LAB_MEMORY": "3g", "LAB_FIDELITY": "on", "SMTP_HOST": ""}, []),
        ({"LAB_IAM": "off"}, ["LAB_IAM"]),
        ({"SMTP_HOST": "smtp.example.com"}, ["SMTP_HOST"]),
        ({"LAB_MEMORY": "4g"}, ["LAB_MEMORY"]),
        ({"LAB_MEMORY": "much"}, ["LAB_MEMORY"]),
        ({"LOCALSTACK_IMAGE": "localstack/localstack:latest"}, ["LOCALSTACK_IMAGE"]),
        ({"COMPOSE_PROFILES": "debug", "EDITOR": "vi"}, []),
    ],
)
def test_what_it_takes_up_at_its_next_start_only_is_told(
    docker: Docker, monkeypatch: pytest.MonkeyPatch, now: dict[str, Any], told: list[str]
) -> None:
    assert docker.ran == []
    for name, value in now.items():
        monkeypatch.setenv(name, value)
    assert ComposeLauncher(port=4701).settings_for_later() == told


def test_a_mailbox_gets_the_mails_whatever_server_is_named_now(
    docker: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    docker.environment["SMTP_HOST"] = mailbox.SMTP_ADDRESS
    monkeypatch.setenv("SMTP_HOST", "smtp.example.com")
    assert ComposeLauncher(port=4701, mailbox_port=8026).settings_for_later() == []
