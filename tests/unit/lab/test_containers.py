"""What stands in the way of Docker is told in one line, with the way out."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest

from lab.errors import LabError
from lab.launch import compose, containers
from lab.launch.choice import EngineChoice, choose
from lab.launch.compose import ComposeLauncher
from lab.launch.containers import DockerError, docker_address, docker_client, pull, why_not_compose


@pytest.fixture(autouse=True)
def no_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with Compose installed and a socket nobody listens on."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.delenv("LOCALSTACK_IMAGE", raising=False)
    monkeypatch.setattr(containers, "compose_command", lambda: ["docker", "compose"])
    return tmp_path


def one_line(error: pytest.ExceptionInfo[LabError]) -> str:
    message = str(error.value)
    assert "\n" not in message
    assert "scripts/lab up --engine local" in message
    return message


class FakeImages:
    """An engine without the image, whose registry answers with an error."""

    def get(self, name: str) -> None:
        raise docker.errors.ImageNotFound(name)

    def get_registry_data(self, name: str) -> None:
        raise docker.errors.APIError(name, explanation="no such host")


class FakeApi:
    """An engine that pulls in these steps."""

    def __init__(self, events: list[dict[str, Any]]) -> None:
        self.events = events

    def pull(self, *_: object, **__: object) -> Iterator[dict[str, Any]]:
        return iter(self.events)


class FakeClient:
    """As much of a Docker client as is asked for here."""

    def __init__(self, events: list[dict[str, Any]] | None = None) -> None:
        self.images = FakeImages()
        self.api = FakeApi(events or [])

    def close(self) -> None:
        """Nothing is open."""


def test_without_an_engine_the_line_says_where_it_was_looked_for(no_docker: Path) -> None:
    with pytest.raises(DockerError) as error, docker_client():
        pass

    assert f"No Docker engine answers at unix://{no_docker}/docker.sock" in one_line(error)


def test_a_socket_we_may_not_open_is_told_with_the_group_to_join(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    with pytest.raises(DockerError) as error, docker_client():
        pass

    assert "usermod -aG docker" in one_line(error)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open any socket")
def test_a_real_socket_of_somebody_else_is_recognised(no_docker: Path) -> None:
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(f"{no_docker}/docker.sock")
        door.listen()
        (no_docker / "docker.sock").chmod(0)
        with pytest.raises(DockerError, match="You may not use"), docker_client():
            pass


def test_docker_without_compose_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(DockerError) as error:
        containers.compose_command()

    assert "Docker Compose is not installed" in one_line(error)


def test_a_registry_out_of_reach_is_told_with_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "_try_socket", lambda _: None)
    monkeypatch.setattr(docker, "DockerClient", lambda **_: FakeClient())

    reason = why_not_compose()

    assert reason == (
        "The image localstack/localstack:4.14.0 is not here and cannot be pulled (no such host)."
    )


def test_a_pull_tells_how_far_it_is() -> None:
    told: list[str] = []
    client: Any = FakeClient(
        [
            {
                "status": "Downloading",
                "id": "a",
                "progressDetail": {"current": 0, "total": 4_000_000},
            },
            {
                "status": "Downloading",
                "id": "b",
                "progressDetail": {"current": 1_000_000, "total": 6_000_000},
            },
            {
                "status": "Downloading",
                "id": "a",
                "progressDetail": {"current": 3_000_000, "total": 4_000_000},
            },
        ]
    )

    pull(client, "some/image:1", told.append)

    assert told[-1] == "pulling some/image:1: 4 of 10 MB"


def test_a_pull_that_the_registry_refuses_is_one_line() -> None:
    client: Any = FakeClient([{"error": "toomanyrequests: You have reached your pull rate limit."}])

    with pytest.raises(DockerError) as error:
        pull(client, "some/image:1", lambda _: None)

    assert "pull rate limit" in one_line(error)
    assert "docker load" in one_line(error)


def test_auto_takes_local_and_says_why_docker_would_not_do() -> None:
    kind, why = choose(EngineChoice.AUTO)

    assert kind is EngineChoice.LOCAL
    assert "No Docker engine answers" in why


def test_the_context_in_use_names_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKER_HOST")

    assert docker_address() == "unix:///var/run/docker.sock"


def test_a_lab_whose_docker_is_gone_is_down_not_broken() -> None:
    status = ComposeLauncher(port=4733).status()

    assert (status.running, status.ready) == (False, False)


def test_log_lines_come_whole_from_pieces_of_any_size() -> None:
    pieces = [b"one\ntw", b"o\nth", b"ree"]

    assert list(compose._lines(pieces)) == ["one", "two", "three"]
