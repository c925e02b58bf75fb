"""What the command line prints is Thai or English, one at a time, and complete in both."""

import ast
import re
import string
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.cells import cell_len
from typer import rich_utils

from lab import cli
from lab.console import padded
from lab.language import choose_language, in_our_language, say, speak, take_option
from lab.paths import REPOSITORY
from lab.permissions import REFUSALS
from lab.thai.help import HELP, wrong_use
from lab.thai.sentences import SENTENCES
from lab_engine.iam.evaluator import Reason

THAI = re.compile(r"[\u0e00-\u0e7f]")
LAB = sorted(file for file in (REPOSITORY / "lab").rglob("*.py") if "thai" not in file.parts)
OTHERS = sorted(
    file
    for folder in ("init/provision", "engine/lab_engine/faults")
    for file in (REPOSITORY / folder).rglob("*.py")
)
"""They know no language: their errors are English sentences with facts, for the command line."""

ERRORS_OF_OTHERS = ("ProvisionError", "SettingsError", "DefinitionError", "FaultError")

MAY_HOLD_THAI = {"lab/samples.py", "lab/commands/demo.py"}
"""They name data: customers, and a sample's file."""

FOR_ENGINEERS = {"lab/audit.py", "lab/commands/conformance.py", "lab/locked_environment.py"} | {
    f"lab/conformance/{name}.py" for name in ("results", "run", "suite")
}
"""Checks of the project itself, in English only."""

ALIKE = {
    "{metric}, {statistic} over {period} s > {threshold:g}",
    "{count} subscriptions",
    "Engine: [bold]{kind}[/bold] ({why})",
    "Image",
    "the logs",
    "{size} of objects",
    "a pipe",
    "a socket",
    "alarms",
    "executions",
    "topic",
    "{doing}: {done} of {total}, {seconds:.0f} s",
}
"""Sentences whose Thai may be all terms."""

PRINTS = {"print", "status", "update", "begin", "progress", "add_column", "LabError", "UsageError"}
WORDS = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
MARKUP = re.compile(r"\[/?[a-z ]*\]")

LabCommand = Callable[..., tuple[Any, str, str]]


def path_of(file: Path) -> str:
    return file.relative_to(REPOSITORY).as_posix()


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def calls(file: Path, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in names:
                yield node


@cache
def sentences() -> dict[str, list[str]]:
    """Every English sentence of the code, and where it is said."""
    found: dict[str, list[str]] = {}
    for file in LAB:
        for call in calls(file, "say", "Sentence"):
            match call.args:
                case [ast.Constant(value=str(sentence))]:
                    found.setdefault(sentence, []).append(f"{path_of(file)}:{call.lineno}")
    for file, call in errors_of_others():
        sentence = str(literal(call))
        found.setdefault(sentence, []).append(f"{path_of(file)}:{call.lineno}")
    return found


def errors_of_others() -> Iterator[tuple[Path, ast.Call]]:
    for file in OTHERS:
        for call in calls(file, *ERRORS_OF_OTHERS):
            yield file, call


def literal(call: ast.Call) -> object:
    """The sentence of an error; None where it is no literal, so that nobody can translate it."""
    match call.args:
        case [ast.Constant(value=value)]:
            return value
    return None


def names_in(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def commands() -> Iterator[Any]:
    """Every command and group, as the command line has them."""
    waiting = [typer.main.get_command(cli.app)]
    while waiting:
        command: Any = waiting.pop()
        yield command
        waiting += getattr(command, "commands", {}).values()


def help_texts() -> set[str]:
    texts = {"Show this message and exit."}
    for command in commands():
        texts.add(command.help)
        texts.add(getattr(command, "rich_help_panel", None) or command.help)
        texts.update(option.help for option in command.params if getattr(option, "help", None))
    return texts


@pytest.fixture
def untouched_headings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typer's own headings, which a command in Thai replaces, as they were."""
    for name in vars(rich_utils):
        if name.endswith(("_PANEL_TITLE", "_STRING")):
            monkeypatch.setattr(rich_utils, name, getattr(rich_utils, name))


# Complete in both -----------------------------------------------------------------------------


def test_every_sentence_has_its_thai() -> None:
    assert {text: at for text, at in sentences().items() if text not in SENTENCES} == {}


def test_no_thai_sentence_is_left_over() -> None:
    assert [text for text in SENTENCES if text not in sentences()] == []


def test_both_languages_of_a_sentence_tell_the_same_facts() -> None:
    other = {text for text, thai in SENTENCES.items() if names_in(text) != names_in(thai)}
    assert other == set()


def test_a_sentence_is_given_the_facts_it_names() -> None:
    wrong = []
    for file in LAB:
        for call in calls(file, "say"):
            if isinstance(call.args[0], ast.Constant):
                given = {each.arg for each in call.keywords}
                if given != names_in(str(call.args[0].value)):
                    wrong.append(f"{path_of(file)}:{call.lineno}")
    assert wrong == []


def test_an_error_of_the_provisioner_or_a_fault_is_a_literal_sentence_with_its_facts() -> None:
    wrong = []
    for file, call in errors_of_others():
        given = {each.arg for each in call.keywords}
        right = None in given or given == names_in(str(literal(call)))  # None: a **mapping
        if not isinstance(literal(call), str) or not right:
            wrong.append(f"{path_of(file)}:{call.lineno}")
    assert wrong == []
    assert len(list(errors_of_others())) > 10


def test_every_reason_why_iam_refuses_has_its_thai() -> None:
    refusing = {each for each in Reason if each.name.startswith("NO_") or "DENIES" in each.name}
    assert {each.value for each in refusing} == set(REFUSALS)


def test_every_text_of_the_help_has_its_thai() -> None:
    assert help_texts() - HELP.keys() == set()


def test_no_thai_help_is_left_over() -> None:
    assert HELP.keys() - help_texts() == set()


# One at a time --------------------------------------------------------------------------------


def test_what_is_said_in_thai_is_thai_and_does_not_repeat_the_english() -> None:
    for english, thai in {**SENTENCES, **HELP}.items():
        assert THAI.search(thai) or english in ALIKE, english
        assert " / " not in thai, english
        assert len(english) < 12 or english not in thai, english


def test_thai_stands_in_the_catalogue_only() -> None:
    files = [*LAB, *(REPOSITORY / "init").rglob("*.py")]
    found = {path_of(file) for file in files if THAI.search(file.read_text("utf-8"))}
    assert found == MAY_HOLD_THAI


@pytest.mark.parametrize("file", LAB, ids=path_of)
def test_what_is_printed_is_said_in_a_language(file: Path) -> None:
    """No English words reach the screen but through `say`."""
    if path_of(file) in FOR_ENGINEERS:
        return
    bare = [
        (call.lineno, text)
        for call in calls(file, *PRINTS)
        for argument in [*call.args, *(each.value for each in call.keywords)]
        for text in words_of(argument)
        if WORDS.search(MARKUP.sub("", text))
    ]
    assert bare == []


def words_of(node: ast.AST) -> Iterator[str]:
    """The literal text in an expression, leaving out what is said, and other calls."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not isinstance(node, ast.Call | ast.Subscript | ast.Compare):
        for child in ast.iter_child_nodes(node):
            yield from words_of(child)


# Chosen ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "environ", "expected"),
    [
        ("th", {"LAB_LANG": "en"}, "th"),
        (None, {"LAB_LANG": "th", "LANG": "en_US.UTF-8"}, "th"),
        (None, {"LANG": "th_TH.UTF-8"}, "th"),
        (None, {"LC_ALL": "C", "LANG": "th_TH.UTF-8"}, "en"),
        (None, {}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_else_that_of_the_variable_else_of_the_locale(
    asked: str | None, environ: dict[str, str], expected: str
) -> None:
    assert choose_language(asked, environ) == expected


@pytest.mark.parametrize(
    ("typed", "asked", "rest"),
    [
        ("--lang th up", "th", "up"),
        ("up --port 4700 --lang=th", "th", "up --port 4700"),
        ("course check --lang th 1.2", "th", "course check 1.2"),
        ("up", None, "up"),
        ("aws s3 ls --lang th", None, "aws s3 ls --lang th"),
        ("--lang th test --lang en", "th", "test --lang en"),
        ("upload -- --lang th", None, "upload -- --lang th"),
        ("up --lang", None, "up --lang"),
    ],
)
def test_the_option_counts_wherever_it_stands_unless_it_is_another_programs(
    typed: str, asked: str | None, rest: str
) -> None:
    assert take_option(typed.split()) == (asked, rest.split())


def test_a_language_that_the_lab_does_not_speak_is_refused_in_one_line(
    lab_command: LabCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_LANG", "de")
    status, _, told = lab_command("runs")
    assert status == 2
    assert told.count("\n") == 1
    assert "'de'" in told
    assert "--lang th" in told


# Spoken ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("untouched_headings")
def test_errors_and_advice_are_in_the_language_asked_for(lab_command: LabCommand) -> None:
    status, _, told = lab_command("runs", "--lang", "th")
    assert status == 1
    assert "ไม่มีแล็บเปิดอยู่" in told
    assert "scripts/lab up" in told
    assert "No lab" not in told


@pytest.mark.usefixtures("untouched_headings")
@pytest.mark.parametrize("words", [(), ("up",), ("chaos", "on"), ("course",), ("upload",)])
def test_the_help_is_in_the_language_asked_for(
    lab_command: LabCommand, words: tuple[str, ...]
) -> None:
    _, english, _ = lab_command(*words, "--help", "--lang", "en")
    assert not THAI.search(english)
    status, thai, _ = lab_command(*words, "--help", "--lang", "th")  # it replaces the headings
    assert status == 0
    assert "แสดงหน้านี้" in thai
    assert not re.search(r"\b(Options|Commands|Show this message|default:)", thai)


@pytest.mark.parametrize(
    ("said", "thai"),
    [
        ("No such command 'nonsense'", "ไม่มีคำสั่ง 'nonsense'"),
        ("No such option: --colour", "ไม่มีตัวเลือก --colour"),
        ("Missing argument 'FILE...'", "ยังไม่ได้ใส่ FILE..."),
        (
            "Invalid value for '--profile': 'slow' is not one of 'workshop', 'quick'",
            "'--profile' เป็น 'slow' ไม่ได้ ต้องเป็นอย่างใดอย่างหนึ่งใน 'workshop', 'quick'",
        ),
        ("Invalid value for '--port': 'http' is not a valid integer", "ค่าของ '--port' ใช้ไม่ได้"),
        ("Something that nobody has foreseen", "คำสั่งนี้ใช้แบบนี้ไม่ได้"),
    ],
)
def test_wrong_use_is_told_in_thai(said: str, thai: str) -> None:
    assert wrong_use(said) == thai


@pytest.mark.usefixtures("untouched_headings")
@pytest.mark.parametrize(
    "words",
    [("nonsense",), ("status", "--colour"), ("upload",), ("up", "--profile", "slow"), ("dlq", "x")],
)
def test_wrong_use_in_thai_is_one_line_with_the_way_to_the_help(
    lab_command: LabCommand, words: tuple[str, ...]
) -> None:
    status, _, told = lab_command(*words, "--lang", "th")
    assert status == 2
    assert told.count("\n") == 1
    assert THAI.search(told)
    assert "--help" in told
    assert not re.search(r"(?i)no such|missing|invalid", told)


@pytest.mark.usefixtures("untouched_headings")
def test_what_programs_read_is_the_same_in_every_language(lab_command: LabCommand) -> None:
    _, thai, _ = lab_command("status", "--json", "--lang", "th")
    _, english, _ = lab_command("status", "--json", "--lang", "en")
    assert thai == english


def test_of_a_sentence_that_the_pipeline_wrote_in_both_one_half_is_shown() -> None:
    both = "ไฟล์ว่างเปล่า อัปโหลดใหม่ / The file is empty. Upload it again."
    assert in_our_language(both) == "The file is empty. Upload it again."
    speak("th")
    assert in_our_language(both) == "ไฟล์ว่างเปล่า อัปโหลดใหม่"
    assert in_our_language("ใช้ไม่ได้") == "ใช้ไม่ได้"
    assert in_our_language("a / b") == "a / b"


def test_the_plain_sentence_stands_in_the_code() -> None:
    assert say("{size} free", size="3 MB") == "3 MB free"
    speak("th")
    assert say("{size} free", size="3 MB") == "ว่าง 3 MB"


def test_columns_stand_below_each_other_in_thai_too() -> None:
    assert cell_len(padded("ทริกเกอร์", 12)) == cell_len(padded("triggers", 12)) == 12
