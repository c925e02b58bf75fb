"""What the lab needs of Docker: a Docker engine we may use, Compose, the image; or why not."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from lab.advice import command
from lab.errors import LabError
from lab.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    import docker

    from lab.launch.launcher import Progress

OFFICIAL_IMAGE = "localstack/localstack:4.14.0"
DEFAULT_SOCKET = "unix:///var/run/docker.sock"

CONNECT_LIMIT_SECONDS = 3
REGISTRY_LIMIT_SECONDS = 10
CALL_LIMIT_SECONDS = 60
MEGABYTE = 1_000_000


class DockerError(LabError):
    """Docker cannot run the lab.

    Attributes:
        reason: One sentence without the way out, for `doctor` and for the choice that `up` makes.
    """

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(" ".join(part for part in (reason, remedy, without_docker()) if part))
        self.reason = reason


def without_docker(port: int | None = None) -> str:
    """Return the way out that needs no Docker.

    Args:
        port: Of the lab; by default of the lab of this command.
    """
    return say("Without Docker: {up}", up=command("up --engine local", port))


def image_name() -> str:
    """Return the image that docker-compose.yml takes."""
    return os.environ.get("LOCALSTACK_IMAGE") or OFFICIAL_IMAGE


def docker_address() -> str:
    """Return where the docker command finds the Docker engine: DOCKER_HOST, or the context."""
    given = os.environ.get("DOCKER_HOST")
    if given:
        return given
    name = os.environ.get("DOCKER_CONTEXT")
    folder = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")
    if name is None and not (folder / "config.json").exists():
        return DEFAULT_SOCKET
    # Docker Desktop, rootless Docker and Colima have sockets of their own, named by a context.
    from docker.context import ContextAPI

    context = ContextAPI.get_context(name) if name else ContextAPI.get_current_context()
    return str(context.Host) if context and context.Host else DEFAULT_SOCKET


@contextlib.contextmanager
def docker_client(timeout_seconds: int = CALL_LIMIT_SECONDS) -> Iterator[docker.DockerClient]:
    """Give the block a client of the Docker engine.

    Args:
        timeout_seconds: How long the Docker engine may take for one answer.

    Raises:
        DockerError: No Docker engine answers, or this user may not use it.
    """
    address = docker_address()
    _try_socket(address)
    import docker
    import requests

    try:
        client = docker.DockerClient(base_url=address, timeout=timeout_seconds)
    except (docker.errors.DockerException, requests.RequestException) as error:
        raise DockerError(
            say("The Docker engine at {address} does not answer as it should.", address=address)
        ) from error
    with contextlib.closing(client):
        yield client


def _try_socket(address: str) -> None:
    """Open the Docker engine's socket once: a refusal is clearer here than from the client."""
    if not address.startswith("unix://"):
        return
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(CONNECT_LIMIT_SECONDS)
        try:
            connection.connect(address.removeprefix("unix://"))
        except PermissionError:
            raise DockerError(
                say("You may not use the Docker engine at {address}.", address=address),
                say("Allow it with `sudo usermod -aG docker $USER`, then log in again."),
            ) from None
        except OSError:
            raise DockerError(
                say("No Docker engine answers at {address}.", address=address),
                say("Start Docker, if you have it."),
            ) from None


def compose_command() -> list[str]:
    """Return how Compose is called here: `docker compose` (v2), else `docker-compose` (v1).

    Raises:
        DockerError: Neither is installed.
    """
    for candidate in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(candidate[0]) is None:
            continue
        asked = subprocess.run(
            [*candidate, "version", "--short"], capture_output=True, text=True, check=False
        )
        if asked.returncode == 0:
            return candidate
    raise DockerError(say("Docker Compose is not installed."), say("See docs/compose.md."))


def has_image(client: docker.DockerClient, image: str) -> bool:
    """Return whether the image is on this machine already."""
    import docker

    try:
        client.images.get(image)
    except docker.errors.ImageNotFound:
        return False
    return True


def why_not_compose() -> str | None:
    """Say why Compose cannot run the lab here, in one sentence; None when it can."""
    image = image_name()
    try:
        with docker_client(REGISTRY_LIMIT_SECONDS) as client:
            compose_command()
            if not has_image(client, image):
                _ask_registry(client, image)
    except DockerError as error:
        return error.reason
    return None


def _ask_registry(client: docker.DockerClient, image: str) -> None:
    import docker
    import requests

    try:
        client.images.get_registry_data(image)
    except (docker.errors.APIError, requests.RequestException) as error:
        raise _cannot_pull(image, error) from error


def pull(client: docker.DockerClient, image: str, progress: Progress) -> None:
    """Fetch the image, telling how far it is.

    Raises:
        DockerError: The registry is out of reach or refuses.
    """
    import docker
    import requests

    repository, _, tag = image.rpartition(":")
    layers: dict[str, tuple[int, int]] = {}
    try:
        for event in client.api.pull(repository, tag=tag, stream=True, decode=True):
            if "error" in event:
                raise _cannot_pull(image, event["error"])
            detail = event.get("progressDetail") or {}
            if event.get("status") == "Downloading" and "total" in detail:
                layers[event["id"]] = (detail["current"], detail["total"])
            progress(_how_far(image, layers))
    except (docker.errors.APIError, requests.RequestException) as error:
        raise _cannot_pull(image, error) from error


def _how_far(image: str, layers: dict[str, tuple[int, int]]) -> str:
    done = sum(current for current, _ in layers.values()) // MEGABYTE
    total = sum(size for _, size in layers.values()) // MEGABYTE
    if not total:
        return say("pulling {image}", image=image)
    return say("pulling {image}: {done} of {total} MB", image=image, done=done, total=total)


def _cannot_pull(image: str, cause: object) -> DockerError:
    explanation = str(getattr(cause, "explanation", None) or cause).splitlines()[0]
    return DockerError(
        say(
            "The image {image} is not here and cannot be pulled ({explanation}).",
            image=image,
            explanation=explanation,
        ),
        say("From a file: docker load -i FILE, see docs/compose.md."),
    )
