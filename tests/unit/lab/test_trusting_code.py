"""A state from somebody else: its code is listed, and runs here only if somebody says yes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lab.commands import states
from lab.running import LabRecord, RunningLab
from lab.states import ForeignCodeError

OWN, FOREIGN = "0" * 64, "f" * 64
FUNCTION = "arn:aws:lambda:ap-southeast-1:000000000000:function:\x1b[2Jfree-gift:$LATEST"
LOADED = {"saved_at": 1_795_700_000.0, "seconds": 0.4, "resumed": 0}


@pytest.fixture
def load(lab_command: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Runs `load` with a file that brings foreign code; what it printed, and what was loaded."""
    file = tmp_path / "handed-out.lab"
    file.write_bytes(b"a state")

    def run(*arguments: str) -> tuple[int, str, str, list[set[str] | None]]:
        loaded: list[set[str] | None] = []

        def load_file(_endpoint: str, path: Path, trusted: set[str] | None) -> dict[str, Any]:
            assert path == file
            if trusted is not None and FOREIGN not in trusted:
                raise ForeignCodeError([FUNCTION], {FOREIGN})
            loaded.append(trusted)
            return LOADED

        monkeypatch.setattr(states, "load_file", load_file)
        monkeypatch.setattr(states, "own_code", lambda: {OWN})
        monkeypatch.setattr(states, "open_lab", lambda *_: RunningLab(LabRecord(4566)))
        status, seen, told = lab_command("load", str(file), *arguments)
        return status, seen, told, loaded

    return run


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Somebody sits at a terminal, and types."""

    def type_in(answer: str) -> None:
        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setattr("lab.console.SafeConsole.is_terminal", True)
        monkeypatch.setattr("builtins.input", lambda *_: answer)

    return type_in


def test_where_nobody_can_be_asked_nothing_is_loaded_and_the_code_is_named(load: Any) -> None:
    status, _, told, loaded = load()
    assert (status, loaded) == (1, [])
    named, said, *rest = told.splitlines()
    assert named.strip() == FUNCTION.replace("\x1b", "\\u001b")
    assert "Nothing was loaded: the file brings code that is not this repository's." in said
    assert "If you trust who made it: scripts/lab load" in said
    assert "--trust-code" in said
    assert rest == []


@pytest.mark.parametrize("answer", ["n", ""])
def test_a_person_who_does_not_say_yes_loads_nothing(load: Any, answered: Any, answer: str) -> None:
    answered(answer)
    status, seen, told, loaded = load()
    assert (status, loaded) == (1, [])
    assert "Do you trust who made it?" in told
    assert "Nothing was loaded." in seen


def test_a_person_who_says_yes_trusts_what_was_listed_and_nothing_else(
    load: Any, answered: Any
) -> None:
    answered("y")
    status, seen, told, loaded = load()
    assert (status, loaded) == (0, [{OWN, FOREIGN}])
    assert "free-gift" in told
    assert "The cloud is as it was at" in seen


def test_trust_code_answers_yes_without_a_question(load: Any) -> None:
    status, seen, told, loaded = load("--trust-code")
    assert (status, told, loaded) == (0, "", [None])
    assert "The cloud is as it was at" in seen
