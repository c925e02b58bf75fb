"""Who gets a web mailbox, what Compose is told for it, and what `up` says of it and of IAM."""

from typing import Any

import pytest

from lab.commands import up
from lab.errors import LabError, UsageError
from lab.launch import choice, compose, mailbox, starting
from lab.launch.choice import EngineChoice
from lab.launch.compose import ComposeLauncher
from lab.launch.finding import find_lab
from lab.launch.launcher import LauncherStatus
from lab.launch.record import remember
from lab.launch.starting import bring_up
from lab.running import LabRecord


@pytest.fixture(autouse=True)
def unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COMPOSE_PROFILES", "MAILPIT_PORT", "MAILPIT_IMAGE", "SMTP_HOST", "SMTP_PASS"):
        monkeypatch.delenv(name, raising=False)


class FakeLauncher:
    """An engine that starts at once, or runs already."""

    def __init__(self, *, running: bool) -> None:
        self.running = running

    def status(self) -> LauncherStatus:
        return LauncherStatus(running=self.running, ready=self.running)

    def start(self, *_: object) -> None:
        self.running = True

    def settings_for_later(self) -> list[str]:
        return []


@pytest.fixture
def docker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine where `auto` takes Compose."""
    monkeypatch.setattr(choice, "why_not_compose", lambda: None)


def with_launcher(monkeypatch: pytest.MonkeyPatch, *, running: bool) -> None:
    launcher = FakeLauncher(running=running)
    monkeypatch.setattr(starting, "launcher_of", lambda _: launcher)


@pytest.mark.usefixtures("docker")
@pytest.mark.parametrize(
    ("environment", "asked", "port"),
    [
        ({}, False, None),
        ({}, True, 8025),
        ({"MAILPIT_PORT": "8026"}, True, 8026),
        ({"MAILPIT_PORT": "8026"}, False, None),
        ({"COMPOSE_PROFILES": "mail"}, False, 8025),
        ({"COMPOSE_PROFILES": "debug, mail"}, False, 8025),
        ({"COMPOSE_PROFILES": "mailing"}, False, None),
    ],
)
def test_a_lab_has_a_mailbox_where_the_option_or_the_profile_asks_for_it(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], asked: bool, port: int | None
) -> None:
    with_launcher(monkeypatch, running=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    started = bring_up(EngineChoice.AUTO, "quick", 4701, with_mailbox=asked)

    assert started.mailbox_port == port
    assert find_lab(4701).mailbox_port == port, "down and reset would forget it"


def test_without_docker_the_profile_is_passed_over_and_the_option_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_launcher(monkeypatch, running=False)
    monkeypatch.setenv("COMPOSE_PROFILES", "mail")
    assert bring_up(EngineChoice.LOCAL, "quick", 4701).mailbox_port is None

    with_launcher(monkeypatch, running=False)
    with pytest.raises(LabError, match="mailbox is a container") as error:
        bring_up(EngineChoice.LOCAL, "quick", 4702, with_mailbox=True)

    for way_out in ("scripts/lab inbox", "SMTP_HOST"):
        assert way_out in str(error.value)


def test_a_running_lab_gets_no_mailbox_because_that_would_empty_its_cloud(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remember(LabRecord(4701, "compose"))
    with_launcher(monkeypatch, running=True)

    with pytest.raises(LabError, match=r"without a mailbox.*scripts/lab down"):
        bring_up(EngineChoice.AUTO, None, 4701, with_mailbox=True)


@pytest.mark.parametrize("named", ["http", "0", "70000", "-1"])
def test_a_mailbox_port_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("MAILPIT_PORT", named)
    with pytest.raises(UsageError, match="MAILPIT_PORT"):
        mailbox.port_asked_for()


def told_to_compose(monkeypatch: pytest.MonkeyPatch, launcher: ComposeLauncher) -> dict[str, Any]:
    """The environment of the compose command."""
    seen: dict[str, Any] = {}

    def run(command: list[str], _: object, environment: dict[str, str]) -> tuple[int, str]:
        seen.update(environment, command=command)
        return 0, ""

    monkeypatch.setattr(compose, "compose_command", lambda: ["docker", "compose"])
    monkeypatch.setattr(ComposeLauncher, "_project", lambda _: [])
    monkeypatch.setattr(compose, "run_compose", run)
    launcher.stop()
    return seen


def test_with_a_mailbox_compose_sends_the_mails_there_whatever_server_was_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COMPOSE_PROFILES", "debug")
    monkeypatch.setenv("SMTP_HOST", "smtp.example.com:587")
    monkeypatch.setenv("SMTP_PASS", "for smtp.example.com only")

    told = told_to_compose(monkeypatch, ComposeLauncher(port=4701, mailbox_port=8026))

    assert told["COMPOSE_PROFILES"] == "debug,mail"
    assert told["MAILPIT_PORT"] == "8026"
    assert (told["SMTP_HOST"], told["SMTP_PASS"]) == ("mailpit:1025", "")


def test_without_a_mailbox_the_mail_server_that_was_named_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COMPOSE_PROFILES", "debug,mail")
    monkeypatch.setenv("SMTP_HOST", "smtp.example.com:587")

    told = told_to_compose(monkeypatch, ComposeLauncher(port=4701))

    assert told["COMPOSE_PROFILES"] == "debug"
    assert told["SMTP_HOST"] == "smtp.example.com:587"
    everything = ["--profile", "mail", "--profile", "console"]
    assert told["command"][2:] == [*everything, "down"]


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({}, "enforced"),
        ({"LAB_IAM": ""}, "enforced"),
        ({"LAB_IAM": "log"}, "everything passes"),
        ({"LAB_IAM": "off"}, "nothing is checked"),
        ({"LAB_FIDELITY": "off"}, "nothing is checked"),
    ],
)
def test_up_tells_the_iam_mode_and_the_mailbox(
    capsys: pytest.CaptureFixture[str], variables: dict[str, str], says: str
) -> None:
    up._tell(LabRecord(4701, "compose", variables=variables, mailbox_port=8026), 1.0)

    lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines() if line]
    rows = {line[0]: line[1] for line in lines if len(line) > 1}
    assert says in rows["IAM"]
    assert rows["mailbox"] == "http://127.0.0.1:8026"


def test_up_says_nothing_of_a_mailbox_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    up._tell(LabRecord(4701), 1.0)

    assert "mailbox" not in capsys.readouterr().out
