"""What comes from outside is only read on a terminal, never obeyed by it."""

import ast
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from rich.progress import Progress, TextColumn
from rich.table import Table

from lab import console
from lab.console import SafeConsole, inline, visible
from lab.paths import REPOSITORY
from lab.promise.evidence import Mail
from lab.running import LabRecord, RunningLab
from tests.unit.lab.opening import let_commands_open
from tests.unit.lab.test_jobs import START, FakeStepFunctions, entered, task_failed

TITLE = "\x1b]0;owned\x07"
"""Sets a terminal's title."""

HOSTILE = f"a{TITLE}\x1b[2J\r\x08\x7f\x9b31m\u202eb\u2066c"
SHOWN = r"a\u001b]0;owned\u0007\u001b[2J\u000d\u0008\u007f\u009b31m\u202eb\u2066c"
PLAIN = "ยอดขาย ๒๕๖๗ 👩‍👩‍👧 é\tx"


@pytest.mark.parametrize(
    "code",
    [
        *(code for code in range(0x20) if chr(code) not in "\t\n"),
        *range(0x7F, 0xA0),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0xD800,
        0xDCFF,
    ],
)
def test_every_character_that_moves_or_turns_text_is_shown(code: int) -> None:
    assert visible(f"a{chr(code)}b") == f"a\\u{code:04x}b"


def test_thai_emoji_accents_tabs_and_line_ends_stay_as_they_are() -> None:
    text = f"{PLAIN}\nsecond\r\nthird"
    assert visible(text) == text


def printed(show: Callable[[SafeConsole], None], **options: Any) -> str:
    file = io.StringIO()
    show(SafeConsole(file=file, width=200, emoji=False, highlight=False, **options))
    return file.getvalue()


def a_table(console: SafeConsole) -> None:
    table = Table("name")
    table.add_row(HOSTILE)
    console.print(table)


def a_progress_bar(console: SafeConsole) -> None:
    with Progress(TextColumn("{task.description}"), console=console) as bar:
        bar.add_task(HOSTILE)


def a_status(console: SafeConsole) -> None:
    with console.status("") as line:
        line.update(HOSTILE)


@pytest.mark.parametrize("is_terminal", [True, False])
@pytest.mark.parametrize(
    "show",
    [
        lambda console: console.print(HOSTILE),
        lambda console: console.print(HOSTILE, markup=False, soft_wrap=True),
        lambda console: console.rule(HOSTILE),
        a_table,
        a_progress_bar,
        a_status,
    ],
    ids=["text", "without markup", "rule", "table", "progress bar", "status"],
)
def test_no_way_of_printing_lets_an_escape_through(
    show: Callable[[SafeConsole], None], is_terminal: bool
) -> None:
    seen = printed(show, force_terminal=is_terminal)
    for dangerous in ("\x1b]", "\x1b[2J\r", "\x07", "\x08", "\x9b", "\u202e", "\u2066"):
        assert dangerous not in seen


def test_a_name_with_a_line_break_or_our_markup_stays_in_its_line() -> None:
    name = "uploads/a\n[green]✓[/green] b.csv"
    assert printed(lambda console: console.print(inline(name))) == (
        r"uploads/a\n[green]✓[/green] b.csv" + "\n"
    )


def test_an_emoji_code_in_a_name_is_no_emoji(capsys: pytest.CaptureFixture[str]) -> None:
    console.out.print(inline("uploads/:bug:.csv"))
    assert capsys.readouterr().out == "uploads/:bug:.csv\n"


def test_json_is_escaped_and_means_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_json({"key": HOSTILE + PLAIN})
    seen = capsys.readouterr().out
    assert json.loads(seen) == {"key": HOSTILE + PLAIN}
    assert visible(seen) == seen
    assert "ยอดขาย" in seen


def test_a_long_document_is_escaped_and_means_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.dumps({"product": "\x9b31m\u202e" + PLAIN}, ensure_ascii=False).encode()
    console.print_document(document[at : at + 1] for at in range(len(document)))
    seen = capsys.readouterr().out
    assert json.loads(seen) == json.loads(document)
    assert visible(seen) == seen


def test_output_in_a_pipe_is_never_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    long = "x" * 5000
    table = Table("name", box=None, pad_edge=False)
    table.add_row(long)
    console.out.print(long)
    console.out.print(table)
    console.err.print(long)
    seen = capsys.readouterr()
    assert seen.out.split() == [long, "name", long]
    assert seen.err == f"{long}\n"


class HostileStepFunctions(FakeStepFunctions):
    """One failed job, whose key and error are hostile."""

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        if "executionArn" in asked:
            state = {"job_id": "job-1", "source_key": f"uploads/{HOSTILE}"}
            events = [entered("ParseCSV", 0, state), task_failed("Error", HOSTILE)]
            return [{"events": events}]
        pages = super().paginate(**asked)
        pages[0]["executions"][0]["status"] = "FAILED"
        return pages

    def get_paginator(self, operation: str) -> Any:
        assert operation in ("list_executions", "get_execution_history")
        return self

    def describe_execution(self, executionArn: str) -> dict[str, str]:  # noqa: N803 - boto3's name
        self.described.append(executionArn)
        return {"input": json.dumps({"job_id": "job-1", "source_key": f"uploads/{HOSTILE}"})}


@pytest.mark.parametrize("arguments", [("runs",), ("run", "job-1")])
def test_a_hostile_key_or_cause_cannot_steer_the_terminal_through_runs(
    lab_command: Any, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    lab = RunningLab(
        LabRecord(4566), clients={"stepfunctions": HostileStepFunctions(["execution-job-1"])}
    )
    let_commands_open(monkeypatch, lambda *_: lab)
    _, seen, told = lab_command(*arguments)
    assert SHOWN in seen
    assert visible(seen + told) == seen + told


def test_a_hostile_mail_cannot_steer_the_terminal_through_the_inbox(
    lab_command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_commands_open(monkeypatch, lambda *_: RunningLab(LabRecord(4566)))
    monkeypatch.setattr(
        "lab.views.mails.newest_mails", lambda _: [Mail((HOSTILE,), HOSTILE, HOSTILE, START)]
    )
    _, seen, _ = lab_command("inbox")
    assert seen.count(SHOWN) == 3
    assert visible(seen) == seen


def test_a_hostile_argument_cannot_steer_the_terminal_through_its_error(lab_command: Any) -> None:
    _, _, told = lab_command("upload", HOSTILE)
    assert SHOWN in told
    assert visible(told) == told


def test_nothing_but_the_console_writes_to_the_terminal() -> None:
    """Else there would be a second place to clean."""
    writers = {
        path.name
        for path in (REPOSITORY / "lab").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if _writes(node)
    }
    assert writers == {"console.py"}


def _writes(node: ast.AST) -> bool:
    """Whether it is `print(...)`, or `sys.stdout.write` and the like."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id == "print"
    return (
        isinstance(node, ast.Attribute)
        and node.attr in ("write", "buffer", "writelines")
        and ast.unparse(node.value) in ("sys.stdout", "sys.stderr")
    )
