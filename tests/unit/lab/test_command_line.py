"""What the command line answers to wrong use: one line, what to do next, and a status."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from lab import cli
from lab.errors import WHAT_TO_DO
from lab.promise.dead_letters import _messages
from lab.promise.evidence import Mail
from tests.unit.lab.opening import let_commands_open

LabCommand = Callable[..., tuple[Any, str, str]]


def assert_one_helpful_line(told: str) -> None:
    assert told.startswith("✗ ")
    assert told.count("\n") == 1, told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    "arguments",
    [
        ("runs",),
        ("run", "job-1"),
        ("result", "job-1"),
        ("inbox",),
        ("explain",),
        ("dlq",),
        ("dlq", "redrive"),
        ("alarms",),
        ("status",),
        ("logs", "csv-validator"),
        ("upload", __file__),
        ("chaos", "list"),
        ("chaos", "on", "throttle", "s3"),
        ("chaos", "on", "memory", "parse-csv"),
        ("chaos", "off"),
    ],
)
def test_a_stopped_lab_is_told_with_how_to_start_it(
    lab_command: LabCommand, arguments: tuple[str, ...]
) -> None:
    status, _, told = lab_command(*arguments)
    assert status == 1
    assert_one_helpful_line(told)
    assert "scripts/lab up" in told


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nonsense",), "No such command"),
        (("conformance", "."), "no checkout of localstack"),
        (("conformance", ".", "--only", "moon"), "plain, iam-off, lab"),
        (("up", "--profile", "slow"), "workshop"),
        (("up", "--engine", "podman"), "compose"),
        (("up", "--port", "http"), "--port"),
        (("up", "--port", "99999"), "no port"),
        (("upload",), "scripts/lab upload --help"),
        (("upload", "nothing.csv"), "no file"),
        (("upload", "/"), "is a folder"),
        (("upload", "--timeout", "-1", __file__), "--timeout"),
        (("upload", "--expect", "done", __file__), "processed"),
        (("upload", "--expect", "failed", "--no-wait", __file__), "--no-wait"),
        (("runs", "--limit", "0"), "--limit"),
        (("dlq", "delete"), "redrive"),
        (("chaos", "on", "kill"), "needs a target"),
        (("chaos", "on", "memory"), "needs a target"),
        (("chaos", "on", "pause", "s3"), "no target"),
        (("chaos", "on", "burn", "s3"), "throttle"),
        (("status", "--colour"), "No such option"),
        (("test", "--compose", "--plain"), "choose one"),
        (("course", "grade", "a.json", "--roster", "b.csv"), "leave one of the two out"),
        (("course", "grade", "--out", "grades.xlsx"), ".json (Classroom 50) or .csv"),
        (("course", "grade", "--roster", "nothing.csv"), "No such file"),
    ],
)
def test_wrong_use_is_told_in_one_line_with_status_2(
    lab_command: LabCommand, arguments: tuple[str, ...], says: str
) -> None:
    status, printed, told = lab_command(*arguments)
    assert (status, printed) == (2, "")
    assert_one_helpful_line(told)
    assert says in told


@pytest.mark.parametrize("number", ["1111", "abc", "", "1111111111111", "๑๑๑๑๑๑๑๑๑๑๑๑"])
def test_what_is_no_account_is_refused_in_one_line(lab_command: LabCommand, number: str) -> None:
    status, _, told = lab_command("runs", "--account", number)
    assert status == 2
    assert "give twelve digits, such as --account 222222222222" in " ".join(told.split())


def test_without_a_command_the_help_is_shown(lab_command: LabCommand) -> None:
    status, printed, _ = lab_command()
    assert status == 2
    assert "demo" in printed


def test_help_is_no_failure(lab_command: LabCommand) -> None:
    status, printed, told = lab_command("upload", "--help")
    assert (status, told) == (0, "")
    assert "--no-wait" in printed


def test_status_as_json_of_a_stopped_lab_is_still_json(lab_command: LabCommand) -> None:
    status, printed, _ = lab_command("status", "--json")
    assert status == 1
    assert json.loads(printed)["running"] is False


def test_stopping_a_lab_that_does_not_run_is_harmless(lab_command: LabCommand) -> None:
    status, printed, _ = lab_command("down")
    assert status == 0
    assert "was not running" in printed


def test_an_unexpected_error_is_one_line_too(
    lab_command: LabCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("the disk is on fire")

    let_commands_open(monkeypatch, fail)
    status, _, told = lab_command("runs")
    assert status == 1
    assert_one_helpful_line(told)
    assert "the disk is on fire" in told


@pytest.mark.parametrize("number", sorted(WHAT_TO_DO))
def test_what_the_system_refuses_is_told_with_what_to_do(
    lab_command: LabCommand, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number), "/the/lab/4566.lock")

    monkeypatch.setattr("os.open", refuse)
    status, _, told = lab_command("up", "--engine", "local")
    assert status == 1
    assert_one_helpful_line(told)
    assert told.startswith(f"✗ /the/lab/4566.lock: {os.strerror(number)}. ")
    assert "run the command again" in told


def test_lab_debug_shows_where_an_error_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["lab", "upload", "nothing.csv"])
    monkeypatch.setattr(cli, "ignore_the_users_aws", lambda: None)
    monkeypatch.setenv("LAB_DEBUG", "1")
    with pytest.raises(Exception, match="no file"):
        cli.main()


def test_the_inbox_is_shown_newest_first_in_thai_time(
    lab_command: LabCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = [
        Mail(("s@example.com",), "แรก", "ข้อความ [1]", datetime(2026, 11, 23, 20, 0, tzinfo=UTC)),
        Mail(("s@example.com",), "หลัง", "text", datetime(2026, 11, 23, 20, 1, tzinfo=UTC)),
    ]
    monkeypatch.setattr("lab.views.mails.newest_mails", lambda _: mails[::-1])
    let_commands_open(monkeypatch, FakeLab)
    _, printed, _ = lab_command("inbox")
    assert printed.index("หลัง") < printed.index("แรก")
    assert "2026-11-24 03:00:00" in printed
    assert "ข้อความ [1]" in printed
    _, as_json, _ = lab_command("inbox", "--json", "--limit", "1")
    assert [mail["subject"] for mail in json.loads(as_json)] == ["หลัง"]


class FakeLab:
    def __init__(self, *_: Any) -> None:
        self.endpoint = "http://127.0.0.1:1"


@pytest.mark.parametrize("found", [{"MessageId": "1"}, [{"MessageId": "1"}]])
def test_the_page_of_a_queue_is_read_in_both_its_shapes(found: Any) -> None:
    as_xml = {"ReceiveMessageResponse": {"ReceiveMessageResult": {"Message": found}}}
    assert _messages(as_xml) == [{"MessageId": "1"}]
    assert _messages({"Messages": [{"MessageId": "1"}]}) == [{"MessageId": "1"}]


@pytest.mark.parametrize(
    "empty", [{}, {"ReceiveMessageResponse": {"ReceiveMessageResult": None}}, {"Messages": []}]
)
def test_the_page_of_an_empty_queue_holds_no_message(empty: Any) -> None:
    assert _messages(empty) == []
