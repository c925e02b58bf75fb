"""`scripts/lab` as the tests run it: on a port of its own, with none of the user's settings."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from lab.launch.containers import docker_client
from lab.paths import REPOSITORY

COMMAND_LIMIT_SECONDS = 240


class LabCommand:
    """The command line, on a port of its own."""

    def __init__(self, port: int) -> None:
        self.port = port

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command with these variables beside the environment."""
        running = self.start(*arguments, **variables)
        try:
            out, err = running.communicate(timeout=COMMAND_LIMIT_SECONDS)
        finally:
            running.kill()
        return subprocess.CompletedProcess(arguments, running.returncode, out, err)

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Begin a command, in a process group that a signal reaches as a terminal's would."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LAB_", "COMPOSE_", "SMTP_", "MAILPIT_"))
        }
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "lab", *arguments, "--port", str(self.port)],
            cwd=REPOSITORY,
            env={**kept, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'init'}", **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def containers(self) -> list[str]:
        """The ids of this lab's containers, running or not."""
        with docker_client() as client:
            return [str(each.id) for each in client.containers.list(all=True, filters=self._mine())]

    def succeed(self, *arguments: str, **variables: str) -> str:
        """Run a command that must succeed and return its standard output."""
        done = self.run(*arguments, **variables)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def refused(self, *arguments: str, **variables: str) -> str:
        """Run a command that must fail and return its first line of complaint."""
        done = self.run(*arguments, **variables)
        assert done.returncode == 1, f"{done.stdout}\n{done.stderr}"
        [complaint] = [line for line in done.stderr.splitlines() if line.startswith("✗")]
        return complaint

    def kill(self) -> None:
        """End the containers at once, where waiting for LocalStack's own end proves nothing."""
        with docker_client() as client:
            for container in client.containers.list(filters=self._mine()):
                container.kill()

    def leftovers(self) -> list[str]:
        """Containers, networks and volumes of this lab."""
        mine = self._mine()
        with docker_client() as client:
            found: list[Any] = [
                *client.containers.list(all=True, filters=mine),
                *client.networks.list(filters=mine),
                *client.volumes.list(filters=mine),
            ]
        return [str(each.name) for each in found]

    def _mine(self) -> dict[str, Any]:
        return {"label": f"com.docker.compose.project=csv-lab-{self.port}"}
