"""The web mailbox beside the lab: mails arrive in it. See test_compose_file.py for labs without."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import requests

from lab.launch import mailbox
from lab.launch.containers import DockerError, docker_client, has_image, pull
from lab.launch.ports import free_port
from lab.paths import REPOSITORY
from tests.compose import standin_mailpit
from tests.integration.lab_under_test import LabUnderTest
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.compose.compose_project import ComposeProject, DockerUnderTest
    from tests.compose.lab_command import LabCommand
    from tests.integration.lab_under_test import Upload

FOR_A_MAILBOX = re.compile(r"^#((?:COMPOSE_PROFILES|SMTP_HOST)=.*)$", re.M)


@pytest.fixture(scope="module")
def mailpit(docker_under_test: DockerUnderTest) -> None:
    """The image: the stand-in in an engine of our own, the official one elsewhere."""
    with docker_client() as client:
        if docker_under_test.private:
            standin_mailpit.build(client)
        elif not has_image(client, mailbox.image_name()):
            try:
                pull(client, mailbox.image_name(), lambda _: None)
            except DockerError as error:
                pytest.skip(f"NOT RUN with a mailbox: {error.reason}")


def mails_at(page: str) -> list[dict[str, Any]]:
    """The mails as Mailpit's API lists them, newest first."""
    answer = requests.get(f"{page}/api/v1/messages", timeout=60)
    answer.raise_for_status()
    messages: list[dict[str, Any]] = answer.json()["messages"]
    return messages


def assert_its_mail_is_in(page: str, cloud: LabUnderTest, upload: Upload) -> None:
    mail = cloud.mail_of(cloud.outcome_of(upload).job_id)

    def look() -> dict[str, Any] | None:
        return next((each for each in mails_at(page) if each["Subject"] == mail.subject), None)

    shown = wait_until("the mail in the mailbox", look, seen=lambda: mails_at(page))
    assert [to["Address"] for to in shown["To"]] == list(mail.recipients)
    assert shown["From"] == {"Name": "CSV Pipeline", "Address": "no-reply@sns.amazonaws.com"}


@pytest.mark.usefixtures("mailpit")
def test_two_lines_of_env_bring_a_mailbox_that_gets_the_mails(
    own_project: ComposeProject, note: Callable[[str], None]
) -> None:
    """The lines are those of .env.example."""
    port = free_port()
    lines = FOR_A_MAILBOX.findall((REPOSITORY / ".env.example").read_text("utf-8"))
    assert len(lines) == 2
    (own_project.folder / ".env").write_text("\n".join([*lines, f"MAILPIT_PORT={port}"]), "utf-8")

    own_project.up()

    note(f"up -d --wait with a mailbox: {own_project.up_seconds:.1f} s")
    cloud = LabUnderTest.at(own_project.endpoint)
    assert_its_mail_is_in(mailbox.page(port), cloud, cloud.upload("ยอดขาย.csv", "order_id\n"))
    box = own_project.container(mailbox.SERVICE)
    published = {name: to for name, to in box["NetworkSettings"]["Ports"].items() if to}
    assert published == {"8025/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(port)}]}
    status = own_project.run("exec", "-T", mailbox.SERVICE, "cat", "/proc/1/status").stdout
    assert "NoNewPrivs:\t1" in status
    assert "CapBnd:\t0000000000000000" in status
    assert "Uid:\t65534" in status
    assert own_project.run("exec", "-T", mailbox.SERVICE, "touch", "/file").returncode != 0

    own_project.kill()
    done = own_project.run("down", "--volumes")

    assert done.returncode == 0, done.stderr
    assert own_project.leftovers() == []


@pytest.mark.usefixtures("mailpit")
def test_the_command_line_brings_it_keeps_it_and_takes_it_away(lab_command: LabCommand) -> None:
    port = free_port()
    up = ("up", "--engine", "compose", "--mailbox", "--profile", "quick", "--json")

    told = json.loads(lab_command.succeed(*up, MAILPIT_PORT=str(port)))

    assert told["mailbox"] == f"http://127.0.0.1:{port}"
    cloud = LabUnderTest.at(told["endpoint"])
    upload = cloud.upload("by-the-command-line.csv", "order_id\n")
    assert_its_mail_is_in(told["mailbox"], cloud, upload)
    again = json.loads(lab_command.succeed("up", "--mailbox", "--json"))
    assert again["mailbox"] == told["mailbox"]
    assert cloud.outcomes(upload.key), "the second up has emptied the cloud"
    lab_command.kill()
    lab_command.succeed("down", "--wipe")
    assert lab_command.leftovers() == []


def test_a_mailbox_that_cannot_be_had_is_one_line_with_the_way_without(
    lab_command: LabCommand,
) -> None:
    nowhere = "registry.invalid/mailpit:v1.34.0"

    complaint = lab_command.refused("up", "--engine", "compose", "--mailbox", MAILPIT_IMAGE=nowhere)

    assert f"No mailbox: The image {nowhere} is not here and cannot be pulled" in complaint
    assert "scripts/lab inbox" in complaint
    assert lab_command.leftovers() == []


@pytest.mark.usefixtures("mailpit")
def test_compose_v1_runs_the_mailbox_too(compose_v1: ComposeProject) -> None:
    """And creates none that nobody asked for."""
    port = free_port()
    (compose_v1.folder / ".env").write_text(f"MAILPIT_PORT={port}\n", "utf-8")
    created = compose_v1.run("up", "--no-start")
    assert created.returncode == 0, created.stderr
    assert compose_v1.services() == ["localstack"]

    started = compose_v1.run("--profile", mailbox.PROFILE, "up", "-d", mailbox.SERVICE)

    assert started.returncode == 0, started.stderr
    wait_until(
        "the mailbox to be healthy",
        lambda: compose_v1.container(mailbox.SERVICE)["State"]["Health"]["Status"] == "healthy",
        seen=compose_v1.log,
    )
    assert mails_at(mailbox.page(port)) == []
    stopped = compose_v1.run("--profile", mailbox.PROFILE, "down", "--volumes")
    assert stopped.returncode == 0, stopped.stderr
    assert compose_v1.leftovers() == []
