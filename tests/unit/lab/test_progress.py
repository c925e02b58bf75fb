"""Long commands say how far they are: one line that is rewritten, or lines at times."""

import io

import pytest

from lab import progress
from lab.console import SafeConsole
from lab.progress import Steps


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(progress, "time", found)
    return found


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    file = io.StringIO()
    monkeypatch.setattr(progress, "err", SafeConsole(file=file, width=200, highlight=False))
    return file


def test_without_a_terminal_a_line_comes_after_two_seconds_and_then_at_times(
    clock: Clock, shown: io.StringIO
) -> None:
    with Steps() as steps:
        steps.begin("")
        for done in range(30):
            clock.now = float(done)
            steps.go_on(f"step {done + 1}", done, 30)
    assert shown.getvalue().splitlines() == [
        "step 3: 2 of 30, 2 s",
        "step 13: 12 of 30, 12 s",
        "step 23: 22 of 30, 22 s",
    ]


def test_no_line_comes_where_each_result_is_printed_anyway(
    clock: Clock, shown: io.StringIO
) -> None:
    with Steps(in_lines=False) as steps:
        steps.begin("")
        clock.now = 60.0
        steps.go_on("step 1", 0, 2)
    assert not shown.getvalue()


@pytest.mark.usefixtures("clock")
def test_a_result_is_printed_where_the_rewritten_line_was_and_not_into_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rich takes stdout while it rewrites a line: results would go to stderr with it."""
    terminal = io.StringIO()
    console = SafeConsole(file=terminal, width=80, force_terminal=True, highlight=False)
    monkeypatch.setattr(progress, "err", console)
    with Steps(in_lines=False) as steps:
        steps.begin("")
        steps.go_on("checking 1.1", 0, 2)
        with steps.away():
            print("✓ 1.1")  # noqa: T201
        steps.go_on("checking 1.2", 1, 2)
    assert capsys.readouterr().out == "✓ 1.1\n"
    assert "✓" not in terminal.getvalue()
    assert "checking 1.2" in terminal.getvalue()
