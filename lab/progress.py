"""Progress through many equal steps, on stderr: a bar on a terminal, elsewhere a line at times."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Self

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from lab.console import err
from lab.language import say

FIRST_LINE_SECONDS, NEXT_LINE_SECONDS = 2.0, 10.0


@contextmanager
def clock_running(
    doing: str, longest_seconds: int
) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Show on a terminal how long something has been going on, and how long it may take.

    Args:
        doing: What.
        longest_seconds: How long it takes at most.

    Yields:
        What takes the clock away while something else is printed.
    """
    limit = say("at most {seconds} s", seconds=longest_seconds)
    columns = (TextColumn("{task.description}"), TimeElapsedColumn(), TextColumn(limit))
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as clock:
        clock.add_task(doing, total=None)
        yield lambda: _away(clock)


@contextmanager
def _away(shown: Progress) -> Iterator[None]:
    """Take a line that is rewritten off the terminal, and bring it back.

    Results go to stdout and the line to stderr: on one terminal they would be mixed.
    """
    shown.stop()
    try:
        yield
    finally:
        shown.start()


class Steps:
    """Shows how many of the steps are done, for one thing after the other.

    Args:
        total: How many steps each thing has; None where `go_on` tells it.
        in_lines: Whether it writes lines where no terminal is; not where each step's result is
            printed anyway.
    """

    def __init__(self, total: int | None = None, *, in_lines: bool = True) -> None:
        self._total = total
        self._in_lines = in_lines
        self._done = 0
        self._doing = ""
        self._begun = self._next_line = 0.0
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=err,
            transient=True,
            disable=not err.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        self._bar.stop()

    def begin(self, doing: str) -> None:
        """Go on to the next thing.

        Args:
            doing: What it is called.
        """
        self._doing, self._done = doing, 0
        self._begun = time.monotonic()
        self._next_line = self._begun + FIRST_LINE_SECONDS
        self._task = self._bar.add_task(doing, total=self._total)

    def advance(self) -> None:
        """Count one more step as done."""
        self.show(self._done + 1)

    def go_on(self, doing: str, done: int, total: int) -> None:
        """Say which step is under way.

        Args:
            doing: What is being done.
            done: How many steps are done before it.
            total: How many there are.
        """
        self._doing, self._total = doing, total
        if self._task is not None:
            self._bar.update(self._task, description=doing, total=total)
        self.show(done)

    def away(self) -> AbstractContextManager[None]:
        """Take the bar away while something else is printed."""
        return _away(self._bar)

    def show(self, done: int) -> None:
        """Show how many steps are done; call it while nothing changes, too."""
        self._done = done
        if self._task is not None:
            self._bar.update(self._task, completed=done)
        now = time.monotonic()
        if self._bar.disable and self._in_lines and now >= self._next_line:
            self._next_line = now + NEXT_LINE_SECONDS
            told = say(
                "{doing}: {done} of {total}, {seconds:.0f} s",
                doing=self._doing,
                done=done,
                total=self._total,
                seconds=now - self._begun,
            )
            err.print(told, markup=False)
