"""The lab in Docker: the repository's docker-compose.yml, started and watched."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lab.advice import command
from lab.chosen import DEFAULT_PORT
from lab.errors import LabError
from lab.interruption import undisturbed
from lab.language import say
from lab.launch import mailbox
from lab.launch.compose_command import run_compose
from lab.launch.containers import (
    OFFICIAL_IMAGE,
    DockerError,
    compose_command,
    docker_client,
    has_image,
    image_name,
    pull,
    without_docker,
)
from lab.launch.environment import lab_settings, localstack_settings, set_otherwise
from lab.launch.launcher import LauncherStatus, Progress, silent
from lab.launch.ports import refuse_a_taken_port
from lab.launch.readiness import read_readiness
from lab.paths import REPOSITORY, lab_home
from provision.waiting import Polling

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import docker
    from docker.models.containers import Container

START_LIMIT_SECONDS = 180
MAILBOX_LIMIT_SECONDS = 30
POLL_SECONDS = 0.2
LOG_TAIL_LINES = 12

SERVICE = "localstack"
CONSOLE_PROFILE = "console"
INNER_PORT = "4566/tcp"
PROJECT_LABEL = "com.docker.compose.project"
SERVICE_LABEL = "com.docker.compose.service"
FOLDER_LABEL = "com.docker.compose.project.working_dir"


@dataclass
class ComposeLauncher:
    """The lab as a container of the repository's docker-compose.yml.

    A lab on the default port is the same one that `docker compose up` makes; others get a project
    of their own, so that two labs do not disturb each other.

    Args:
        port: Where it is published, on 127.0.0.1 only.
        profile: `workshop` or `quick`.
        settings: The LAB_* variables for the provisioner; by default the user's own.
        folder: Where docker-compose.yml is.
        mailbox_port: Where a web mailbox is published, on 127.0.0.1 only; None for a lab without.
    """

    port: int = DEFAULT_PORT
    profile: str = "workshop"
    settings: dict[str, str] | None = None
    folder: Path = REPOSITORY
    mailbox_port: int | None = None
    name: str = field(default="compose", init=False)

    def __post_init__(self) -> None:
        """Decide where a log is kept when the container is gone."""
        self.log_file = lab_home(self.port) / "localstack.log"

    @property
    def endpoint(self) -> str:
        """Where AWS clients of this lab go."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, progress: Progress = silent) -> None:
        """Pull what is missing, start the containers, return when all is provisioned.

        Raises:
            DockerError: No Docker engine, no permission, no Compose, or the image cannot be had.
            LabError: The port is taken, the container ended, or provisioning failed.
        """
        with docker_client() as client:
            container = self._container(client)
            if container is not None and container.status == "running":
                self._look_after(client, progress)
                return
            self._prepare(client, progress)
            volumes = self._volumes(client)
            progress(say("starting the container"))
            try:
                self._compose("up", "-d")
                self._wait(client, progress)
            except BaseException:
                with undisturbed():
                    self._keep_log(client)
                    self.stop()
                    for name in self._volumes(client) - volumes:
                        client.volumes.get(name).remove()
                raise

    def stop(self, *, wipe: bool = False) -> None:
        """Remove the containers and their network. The volume stays: it has the saved cloud."""
        self._remove(with_volume=wipe)
        if wipe:
            self.log_file.unlink(missing_ok=True)

    def discard_state(self) -> None:
        """Remove the volume, in which the lab has saved its state."""
        self._remove(with_volume=True)

    def status(self) -> LauncherStatus:
        """Return whether the container runs and the lab in it is provisioned."""
        container = self._running_container()
        if container is None:
            return LauncherStatus(running=False, ready=False)
        ready = read_readiness(self.endpoint).ready
        return LauncherStatus(running=True, ready=ready, detail=f"container {container.name}")

    def logs(self, *, follow: bool = False) -> Iterator[str]:
        """Yield the lines of the container's output; of the last start's when it failed."""
        with docker_client() as client:
            container = self._container(client)
            if container is not None:
                yield from _lines(container.logs(stream=True, follow=follow))
                return
        if self.log_file.exists():
            yield from self.log_file.read_text(encoding="utf-8").splitlines()

    def running_environment(self) -> dict[str, str] | None:
        """Return what the running container was started with; None when none runs."""
        container = self._running_container()
        return None if container is None else _environment_of(container)

    def settings_for_later(self) -> list[str]:
        """Return the variables set now that the running container was not started with."""
        container = self._running_container()
        if container is None:
            return []
        environment = _environment_of(container)
        names = set_otherwise(environment)
        if environment.get("SMTP_HOST") == mailbox.SMTP_ADDRESS:  # it gets all mails
            names = [name for name in names if not name.startswith("SMTP_")]
        if _is_other_memory(container, os.environ.get("LAB_MEMORY")):
            names.append("LAB_MEMORY")
        if container.attrs["Config"]["Image"] != image_name():
            names.append("LOCALSTACK_IMAGE")
        return names

    def running_mailbox_port(self) -> int | None:
        """Return the port that shows the running lab's mails; None without a mailbox for them."""
        container = self._running_container()
        if container is None or _environment_of(container).get("SMTP_HOST") != mailbox.SMTP_ADDRESS:
            return None
        with docker_client() as client:
            box = self._mailbox(client)
        return _published_port(box, mailbox.INNER_PORT) if box else None

    # -- starting ---------------------------------------------------------------------------

    def _look_after(self, client: docker.DockerClient, progress: Progress) -> None:
        """Wait for a container that runs, and start its mailbox if that has stopped.

        Compose would replace the container where the shell has another variable set now,
        and the cloud in it would be lost.
        """
        if self.mailbox_port is not None:
            self._make_way_for_the_mailbox(client, self.mailbox_port, progress)
            self._compose("up", "-d", "--no-recreate")
        self._wait(client, progress)

    def _prepare(self, client: docker.DockerClient, progress: Progress) -> None:
        """Get the images, and refuse taken ports."""
        if not has_image(client, image_name()):
            pull(client, image_name(), progress)
        refuse_a_taken_port(self.port, command("up", self.port + 1))
        if self.mailbox_port is not None:
            self._make_way_for_the_mailbox(client, self.mailbox_port, progress)

    def _wait(self, client: docker.DockerClient, progress: Progress) -> None:
        self._wait_until_ready(client, progress)
        if self.mailbox_port is not None:
            self._wait_for_the_mailbox(client, progress)

    def _make_way_for_the_mailbox(
        self, client: docker.DockerClient, port: int, progress: Progress
    ) -> None:
        """Get its image and its port, or say how the lab comes up without it."""
        image = mailbox.image_name()
        if not has_image(client, image):
            try:
                pull(client, image, progress)
            except DockerError as error:
                said = say(
                    "No mailbox: {reason} {without}",
                    reason=error.reason,
                    without=self._without_the_mailbox(),
                )
                raise LabError(said) from error
        box = self._mailbox(client)
        if box is None or box.status != "running":
            refuse_a_taken_port(
                port, f"MAILPIT_PORT={port + 1} {command('up --mailbox', self.port)}"
            )

    def _without_the_mailbox(self) -> str:
        up, inbox = command("up", self.port), command("inbox", self.port)
        return say("Without it: {up}; {inbox} shows the same mails", up=up, inbox=inbox)

    def _wait_for_the_mailbox(self, client: docker.DockerClient, progress: Progress) -> None:
        box = self._mailbox(client)
        for _ in Polling(within=MAILBOX_LIMIT_SECONDS, every=POLL_SECONDS):
            if box is None or box.status != "running":
                break
            if box.attrs["State"]["Health"]["Status"] == "healthy":
                return
            progress(say("starting the mailbox"))
            box.reload()
        tail = list(_lines([box.logs(tail=LOG_TAIL_LINES)])) if box else []
        said = say(
            "The mailbox did not start. {without}. The end of its log:",
            without=self._without_the_mailbox(),
        )
        raise LabError("\n".join([said, *tail]))

    def _wait_until_ready(self, client: docker.DockerClient, progress: Progress) -> None:
        for _ in Polling(within=START_LIMIT_SECONDS, every=POLL_SECONDS):
            container = self._container(client)
            if container is None or container.status != "running":
                raise self._ended(container)
            readiness = read_readiness(self.endpoint)
            if readiness.failed:
                failed = ", ".join(readiness.failed)
                told = say("Provisioning failed in {scripts}.", scripts=failed)
                raise LabError(self._with_log(container, told))
            if readiness.ready:
                self._refuse_another_executor(container)
                return
            progress(say("provisioning") if readiness.answers else say("starting LocalStack"))
        late = say("The lab was not ready after {seconds} s.", seconds=START_LIMIT_SECONDS)
        raise LabError(self._with_log(container, late))

    def _ended(self, container: Container | None) -> LabError:
        sentence = say("The container ended before the lab was ready.")
        if image_name() != OFFICIAL_IMAGE:
            why = say(
                "LOCALSTACK_IMAGE is {image}: releases after 4.14.0 ask for an account, "
                "so unset it to get {official}. {without}.",
                image=image_name(),
                official=OFFICIAL_IMAGE,
                without=without_docker(self.port),
            )
            sentence = f"{sentence} {why}"
        return LabError(self._with_log(container, sentence))

    def _refuse_another_executor(self, container: Container) -> None:
        """Refuse a LocalStack that did not find the executor: it takes docker, and only warns."""
        if b"Falling back" in container.logs():
            told = say("LocalStack did not find the executor in engine/.")
            raise LabError(self._with_log(container, told))

    def _with_log(self, container: Container | None, sentence: str) -> str:
        if container is None:
            return sentence
        tail = list(_lines([container.logs(tail=LOG_TAIL_LINES)]))
        head = say(
            "{sentence} The whole log is in {file}, its end:", sentence=sentence, file=self.log_file
        )
        return "\n".join([head, *tail])

    def _keep_log(self, client: docker.DockerClient) -> None:
        container = self._container(client)
        if container is not None:
            self.log_file.parent.mkdir(parents=True, exist_ok=True)
            self.log_file.write_bytes(container.logs())

    # -- Compose and the container ------------------------------------------------------------

    def _compose(self, *arguments: str) -> None:
        whole = [*compose_command(), *self._project(), *arguments]
        status, said = run_compose(whole, self.folder, self._environment())
        if status != 0:
            tail = said.strip().splitlines()[-LOG_TAIL_LINES:]
            failed = say(
                "`docker compose {arguments}` failed. {without}. It said:",
                arguments=" ".join(arguments),
                without=without_docker(self.port),
            )
            raise LabError("\n".join([failed, *tail]))

    def _remove(self, *, with_volume: bool) -> None:
        with undisturbed():
            # Without their profiles Compose would leave a mailbox or a console behind, and the
            # network with it.
            profiles = ["--profile", mailbox.PROFILE, "--profile", CONSOLE_PROFILE]
            options = ["--volumes"] if with_volume else []
            self._compose(*profiles, "down", *options)

    def _volumes(self, client: docker.DockerClient) -> set[str]:
        """Return the names of the volumes there are of the project that a new container is of."""
        folder = re.sub(r"[^-_a-z0-9]", "", self.folder.name.lower()).lstrip("-_")
        named = os.environ.get("COMPOSE_PROJECT_NAME") or folder
        project = named if self.port == DEFAULT_PORT else self._own_project
        label = f"{PROJECT_LABEL}={project}"
        return {each.name for each in client.volumes.list(filters={"label": label})}

    @property
    def _own_project(self) -> str:
        return f"csv-lab-{self.port}"

    def _project(self) -> list[str]:
        """Return the project of the container there is, whoever started it; else of a new one."""
        with docker_client() as client:
            container = self._container(client)
        if container is not None:
            return ["--project-name", container.labels[PROJECT_LABEL]]
        return [] if self.port == DEFAULT_PORT else ["--project-name", self._own_project]

    def _environment(self) -> dict[str, str]:
        settings = self.settings if self.settings is not None else dict(os.environ)
        return {
            **os.environ,
            **localstack_settings(self.profile),
            **lab_settings(self.profile, settings),
            **mailbox.compose_variables(self.mailbox_port),
            "LOCALSTACK_PORT": str(self.port),
        }

    def _running_container(self) -> Container | None:
        """Return our container, if it runs; None also when there is no Docker to run it."""
        try:
            with docker_client() as client:
                container = self._container(client)
        except DockerError:
            return None
        return container if container and container.status == "running" else None

    def _container(self, client: docker.DockerClient) -> Container | None:
        """Return the container of this folder's docker-compose.yml that has our port."""
        labels = [f"{SERVICE_LABEL}={SERVICE}", f"{FOLDER_LABEL}={self.folder}"]
        found: list[Container] = client.containers.list(all=True, filters={"label": labels})
        for container in found:
            if _published_port(container, INNER_PORT) == self.port:
                return container
        return None

    def _mailbox(self, client: docker.DockerClient) -> Container | None:
        """Return the mailbox beside our container, running or not."""
        container = self._container(client)
        if container is None:
            return None
        project = container.labels[PROJECT_LABEL]
        labels = [f"{SERVICE_LABEL}={mailbox.SERVICE}", f"{PROJECT_LABEL}={project}"]
        found: list[Container] = client.containers.list(all=True, filters={"label": labels})
        return found[0] if found else None


def _environment_of(container: Container) -> dict[str, str]:
    pairs = (each.partition("=") for each in container.attrs["Config"]["Env"])
    return {name: value for name, _, value in pairs}


def _is_other_memory(container: Container, wanted: str | None) -> bool:
    from docker.errors import DockerException
    from docker.utils import parse_bytes

    if not wanted:
        return False
    try:
        return bool(parse_bytes(wanted) != container.attrs["HostConfig"]["Memory"])
    except DockerException:  # Compose will say at the next start that this is no size
        return True


def _published_port(container: Container, inner: str) -> int | None:
    bindings = (container.attrs["HostConfig"]["PortBindings"] or {}).get(inner)
    return int(bindings[0]["HostPort"]) if bindings else None


def _lines(chunks: object) -> Iterator[str]:
    """Yield the lines of a stream of bytes that comes in pieces of any size."""
    rest = b""
    for chunk in chunks:  # type: ignore[attr-defined]
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.decode(errors="replace") for line in whole)
    if rest:
        yield rest.decode(errors="replace")
