"""`scripts/lab` with the compose engine: up, status, logs, reset and down as on the local one."""

from __future__ import annotations

import json
import os
import signal
import socket
from typing import TYPE_CHECKING

import docker
import pytest

from lab.launch.containers import docker_client, image_name
from lab.paths import REPOSITORY
from tests.compose.lab_command import LabCommand
from tests.integration.lab_under_test import LabUnderTest
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.compose.compose_project import ComposeProject, DockerUnderTest

TOKEN_DEMAND = "License activation failed! Set LOCALSTACK_AUTH_TOKEN."


@pytest.fixture
def own_lab(docker_under_test: DockerUnderTest) -> Iterator[ComposeProject]:
    """The lab as `docker compose up` makes it in the repository, unknown to the command line."""
    project = docker_under_test.project(REPOSITORY, "csv-lab-by-hand")
    project.up()
    yield project
    project.down()


def test_a_lab_comes_works_is_reset_and_goes(lab_command: LabCommand) -> None:
    kept = {"LAB_PERSIST": "on"}
    up = json.loads(lab_command.succeed("up", "--profile", "quick", "--json", **kept))
    assert (up["engine"], up["ready"]) == ("compose", True), "auto takes Compose where it can"

    cloud = LabUnderTest.at(up["endpoint"])
    upload = cloud.upload("by-the-command-line.csv", "order_id\n")
    cloud.outcome_of(upload)
    status = json.loads(lab_command.succeed("status", "--json"))
    assert status["engine"] == "compose"

    assert "Its cloud is saved" in lab_command.succeed("down")
    again = json.loads(lab_command.succeed("up", "--json", **kept))
    assert again["brought_back"], again
    assert again["profile"] == "quick"
    assert len(cloud.outcomes(upload.key)) == 1

    lab_command.succeed("reset")
    assert cloud.outcomes(upload.key) == []

    lab_command.succeed("down", "--wipe")
    assert lab_command.leftovers() == []


def test_up_again_with_other_variables_keeps_the_container_and_says_what_must_wait(
    lab_command: LabCommand,
) -> None:
    lab_command.succeed("up", "--engine", "compose", "--profile", "quick")
    before = lab_command.containers()

    others = {"SMTP_HOST": "smtp.example.com", "LAB_MEMORY": "2g", "COMPOSE_PROFILES": "debug"}
    again = lab_command.run("up", **others)

    assert again.returncode == 0, again.stderr
    assert lab_command.containers() == before
    assert "Not taken up by the running lab: SMTP_HOST, LAB_MEMORY." in again.stderr
    assert f"scripts/lab down --port {lab_command.port}" in again.stderr


def test_an_up_that_is_interrupted_leaves_no_container(lab_command: LabCommand) -> None:
    up = lab_command.start("up", "--engine", "compose")
    wait_until("the container", lab_command.containers)
    os.killpg(up.pid, signal.SIGINT)
    _, told = up.communicate()
    assert up.returncode == 128 + signal.SIGINT
    assert told.splitlines()[-1] == "✗ Interrupted."
    assert lab_command.leftovers() == []


def test_a_lab_started_by_docker_compose_itself_is_found(own_lab: ComposeProject) -> None:
    command = LabCommand(own_lab.port)

    status = json.loads(command.succeed("status", "--json"))

    assert (status["engine"], status["profile"]) == ("compose", "quick")
    again = json.loads(command.succeed("up", "--json"))
    assert again["seconds"] < 10
    assert own_lab.container()["RestartCount"] == 0
    stopped = command.succeed("down")
    assert "Its cloud is saved" in stopped
    assert own_lab.leftovers() == own_lab.volumes(), "only the volume, in which the cloud is"


def test_a_taken_port_is_one_line_that_names_another(lab_command: LabCommand) -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", lab_command.port))
        squatter.listen()

        complaint = lab_command.refused("up", "--engine", "compose")

    assert f"Port {lab_command.port} is taken" in complaint
    assert f"--port {lab_command.port + 1}" in complaint


def test_an_image_out_of_reach_is_one_line_and_auto_goes_without(
    lab_command: LabCommand,
) -> None:
    nowhere = "registry.invalid/localstack:4.14.0"

    complaint = lab_command.refused("up", "--engine", "compose", LOCALSTACK_IMAGE=nowhere)

    assert f"The image {nowhere} is not here and cannot be pulled" in complaint
    assert "scripts/lab up --engine local" in complaint


def test_an_image_that_demands_an_account_is_told_with_the_way_back(
    lab_command: LabCommand,
) -> None:
    later = "csv-lab-test/localstack:2026.1.0"
    with docker_client() as client:
        container = client.containers.create(image_name(), entrypoint="true")
        script = f"echo '{TOKEN_DEMAND}'; exit 55"
        container.commit(
            "csv-lab-test/localstack",
            "2026.1.0",
            changes=f"ENTRYPOINT {json.dumps(['sh', '-c', script])}",
        )
        container.remove()
        try:
            done = lab_command.run("up", "--engine", "compose", LOCALSTACK_IMAGE=later)
        finally:
            lab_command.run("down", "--wipe")
            client.images.remove(later)
            with pytest.raises(docker.errors.ImageNotFound):
                client.images.get(later)

    assert done.returncode == 1
    assert f"LOCALSTACK_IMAGE is {later}" in done.stderr
    assert TOKEN_DEMAND in done.stderr


def test_a_failing_provisioner_is_told_with_the_end_of_the_log(lab_command: LabCommand) -> None:
    done = lab_command.run("up", "--engine", "compose", LAB_CONFIRM_EMAIL="perhaps")

    assert done.returncode == 1
    assert "LAB_CONFIRM_EMAIL" in done.stderr
    assert [name for name in lab_command.leftovers() if "localstack-1" in name] == []
