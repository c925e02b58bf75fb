"""Advised commands mean the lab that the message is about."""

import ast
import re

import pytest

from course.language import Text
from course.sandbox import DEFAULT_ACCOUNT
from lab.advice import command
from lab.chosen import choose_account, choose_port
from lab.launch.containers import DockerError
from lab.launch.record import forget, remember
from lab.paths import REPOSITORY
from lab.running import LabRecord
from lab.views.lessons import print_text

BY_HAND = re.compile(r"scripts/lab (?!again\b|chaos on --help)[a-z]")
"""Where an installation is to be repaired, and a help page, no lab is meant."""

DESTROYS = re.compile(r"command\(['\"](down|reset)")


def test_the_only_lab_on_the_default_port_needs_no_port() -> None:
    assert command("up") == "scripts/lab up"
    assert command("logs csv-validator", 4566) == "scripts/lab logs csv-validator"


def test_another_port_is_named_whether_its_lab_is_the_last_or_stopped() -> None:
    remember(LabRecord(4701))
    assert command("status", 4701) == "scripts/lab status --port 4701"
    forget(LabRecord(4701), wipe=False)
    assert command("up", 4701) == "scripts/lab up --port 4701"


def test_the_default_port_is_named_while_a_command_without_it_means_another_lab(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remember(LabRecord(4701))
    assert command("down", 4566) == "scripts/lab down --port 4566"
    monkeypatch.setenv("LOCALSTACK_PORT", "no port")
    assert command("down", 4566) == "scripts/lab down --port 4566"


def test_advice_is_for_the_lab_that_the_running_command_means() -> None:
    choose_port(4702)
    assert command("runs") == "scripts/lab runs --port 4702"
    assert "scripts/lab up --engine local --port 4702" in str(DockerError("No Docker."))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Try: scripts/lab course trap", "Try: scripts/lab course trap --port 4702"),
        ("scripts/lab course check 1.2.", "scripts/lab course check --port 4702 1.2."),
        ("see scripts/lab course", "see scripts/lab course --port 4702"),
        (
            "scripts/lab iam --denied --account 111111111111",
            "scripts/lab iam --port 4702 --denied --account 111111111111",
        ),
        (
            "`scripts/lab chaos on kill f --account 111111111111`, `scripts/lab logs f`",
            "`scripts/lab chaos on --port 4702 kill f --account 111111111111`, "
            "`scripts/lab logs --port 4702 --account 111111111111 f`",
        ),
    ],
)
def test_a_command_in_a_lesson_is_for_the_lab_and_account_at_hand_however_often_it_is_shown(
    written: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    choose_port(4702)
    choose_account(DEFAULT_ACCOUNT)
    print_text(Text.same(written), "en")
    assert capsys.readouterr().out == f"{shown}\n"


def test_no_message_writes_a_command_by_hand() -> None:
    by_hand = [
        f"{file.relative_to(REPOSITORY)}:{node.lineno}"
        for file in sorted((REPOSITORY / "lab").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and BY_HAND.search(str(node.value))
    ]
    assert by_hand == [], "lab.advice.command knows which port to name"


def test_no_advice_destroys_without_saying_so() -> None:
    """`down` and `reset` empty the cloud, and a student's work with it."""
    silent = [
        f"{file.relative_to(REPOSITORY)}:{node.lineno}"
        for file in sorted((REPOSITORY / "lab").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr)
        or (isinstance(node, ast.Call) and ast.unparse(node.func) == "say")
        if DESTROYS.search(ast.unparse(node)) and "empt" not in ast.unparse(node)
    ]
    assert silent == []
