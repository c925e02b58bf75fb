"""A Compose project under test: its command, its container, its readiness."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lab.launch import mailbox
from lab.launch.compose import CONSOLE_PROFILE
from lab.launch.containers import compose_command, docker_client
from lab.launch.environment import localstack_settings
from lab.launch.readiness import Readiness, read_readiness
from tests.waiting import HopelessError, wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.compose.private_docker import PrivateDocker

UP_LIMIT_SECONDS = 180
SERVICE = "localstack"
PROFILES = ("--profile", mailbox.PROFILE, "--profile", CONSOLE_PROFILE)
LABEL = "com.docker.compose.service"


@dataclass(frozen=True)
class DockerUnderTest:
    """The engine the tests use.

    Attributes:
        private: our own engine, with the stand-in image and a network of its own; None when it
            is this machine's.
        port: where the shared lab is published.
    """

    private: PrivateDocker | None
    port: int

    def project(self, folder: Path, name: str, port: int | None = None) -> ComposeProject:
        """A project of this engine, not yet up."""
        return ComposeProject(folder, name, port or self.port)


@dataclass
class ComposeProject:
    """`docker compose` in one folder, under a project name of its own.

    Attributes:
        folder: where docker-compose.yml stands.
        name: the project's name.
        port: where the lab is published.
        command: how Compose is called.
        up_seconds: how long `up` took.
    """

    folder: Path
    name: str
    port: int
    command: Sequence[str] = field(default_factory=compose_command)
    up_seconds: float = 0.0

    @property
    def endpoint(self) -> str:
        """Where AWS clients go."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Of the compose command: no settings of the user's, short timings, a kept cloud."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LAB_", "COMPOSE_", "SMTP_", "MAILPIT_"))
        }
        return {
            **kept,
            **localstack_settings("quick"),
            "COMPOSE_PROJECT_NAME": self.name,
            "LOCALSTACK_PORT": str(self.port),
            "LAB_PROFILE": "quick",
            "LAB_PERSIST": "on",
        }

    def run(
        self, *arguments: str, within_seconds: float = UP_LIMIT_SECONDS
    ) -> subprocess.CompletedProcess[str]:
        """Run a compose command and return what it said, whatever its exit status."""
        return subprocess.run(
            [*self.command, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=within_seconds,
            check=False,
        )

    def up(self, *options: str) -> None:
        """`up -d --wait`, as the README says, with no image pulled; options are Compose's own."""
        started = time.monotonic()
        done = self.run(*options, "up", "-d", "--wait", "--pull", "never")
        self.up_seconds = time.monotonic() - started
        assert done.returncode == 0, f"{done.stderr}\n{self.log()[-6000:]}"

    def down(self) -> None:
        """Remove all there may be, a mailbox and a console too."""
        self.run(*PROFILES, "down", "--volumes")

    def kill(self) -> None:
        """End the containers at once, where waiting for LocalStack's own end proves nothing."""
        self.run(*PROFILES, "kill")

    def log(self) -> str:
        """What the containers have written."""
        return self.run("logs", "--no-color").stdout

    def readiness(self) -> Readiness:
        """What LocalStack's init page says."""
        return read_readiness(self.endpoint)

    def wait_until_provisioned(self) -> None:
        """Wait for every script's success; a container that has ended is not waited for."""

        def look() -> bool:
            if self.container()["State"]["Status"] != "running":
                raise HopelessError("the container has ended")
            return self.readiness().ready

        wait_until(
            "every init script to succeed",
            look,
            within=UP_LIMIT_SECONDS,
            seen=lambda: f"{self.readiness()}\n{self.log()[-6000:]}",
        )

    def container(self, service: str = SERVICE) -> dict[str, Any]:
        """What `docker inspect` says of the one container of a service."""
        everything = self.containers()
        [container] = [each for each in everything if each["Config"]["Labels"][LABEL] == service]
        return container

    def services(self) -> list[str]:
        """The service of each container there is, running or not."""
        return [each["Config"]["Labels"][LABEL] for each in self.containers()]

    def containers(self) -> list[dict[str, Any]]:
        """What `docker inspect` says of each container of the project."""
        with docker_client() as client:
            found = client.containers.list(all=True, filters=self._mine())
            return [container.attrs for container in found]

    def leftovers(self) -> list[str]:
        """Names of the containers, networks and volumes of the project that exist."""
        with docker_client() as client:
            found: list[Any] = [
                *client.containers.list(all=True, filters=self._mine()),
                *client.networks.list(filters=self._mine()),
                *client.volumes.list(filters=self._mine()),
            ]
            return [str(each.name) for each in found]

    def volumes(self) -> list[str]:
        """Names of the volumes of the project that exist."""
        with docker_client() as client:
            return [str(each.name) for each in client.volumes.list(filters=self._mine())]

    def memory_mb(self) -> float:
        """What the container uses now, the page cache not counted, in MB."""
        with docker_client() as client:
            stats = client.api.stats(self.container()["Id"], stream=False)
        usage = stats["memory_stats"]
        details = usage["stats"]
        cache = details.get("total_inactive_file", details.get("inactive_file", 0))
        megabytes: float = (usage["usage"] - cache) / 1e6
        return megabytes

    def _mine(self) -> dict[str, Any]:
        return {"label": f"com.docker.compose.project={self.name}"}
