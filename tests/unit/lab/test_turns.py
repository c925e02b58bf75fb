"""One command at a time starts or stops a lab."""

import fcntl
import os
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.launch import turns
from lab.launch.turns import turn
from lab.paths import lock_file


def test_a_command_that_hangs_is_named_and_not_waited_for_for_ever(
    state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(turns, "LIMIT_SECONDS", 0.1)
    lock_file(4701).write_text("scripts/lab reset (pid 4711)")
    with (state / "4701.lock").open() as hanging:
        fcntl.flock(hanging, fcntl.LOCK_EX)
        with pytest.raises(LabError, match=r"busy with scripts/lab reset \(pid 4711\)"), turn(4701):
            pass
    assert "Waiting for scripts/lab reset (pid 4711) ..." in capsys.readouterr().err


def test_a_turn_tells_the_others_whose_it_is_and_ends_with_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.argv", ["lab", "up", "--port", "4701"])
    lock_file(4701).parent.mkdir(exist_ok=True)
    lock_file(4701).write_text("scripts/lab with a name much longer than the next one (pid 1)")
    for _ in range(2):
        with turn(4701):
            assert lock_file(4701).read_text() == f"scripts/lab up --port 4701 (pid {os.getpid()})"


def test_labs_on_other_ports_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LIMIT_SECONDS", 0)
    with turn(4701), turn(4702):
        pass
