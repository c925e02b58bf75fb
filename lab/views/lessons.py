"""What the course's commands share: the student's session, their language, and lines as typed."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lab.advice import command
from lab.console import out
from lab.errors import LabError, UsageError
from lab.language import language_of_this_command
from lab.paths import REPOSITORY, my_folder
from lab.progress import Steps
from lab.student import open_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from course.language import Language, Text
    from course.progress import Progress
    from course.session import OutOfOrderError, Session, TellBuilding
    from course.step import Step

COMMAND = re.compile(
    r"scripts/lab ((?>(?:course|chaos) [a-z]++|[a-z]++))(?! --port)(?=((?:(?!scripts/lab)[^`\n])*))"
)
"""A command in a text, and the rest of it; one that names its port is as it should be."""

NAMED_ACCOUNT = re.compile(r" --account \d+")
OF_THE_STUDENT = ("course", "aws")
"""Commands that mean the student's account without being told."""


def open_session(port: int | None, account: str | None, *, to_change: bool = False) -> Session:
    """Return a student's session in the lab of a command.

    Args:
        port: Of the lab; None for the one that commands are about.
        account: Twelve digits; None for the course's own.
        to_change: Whether the command builds or removes something in the account.

    Raises:
        LabError: The lab is not running, or the file with the progress is damaged.
        UsageError: The account is not twelve digits, or it is to be changed and holds the finished
            pipeline.
    """
    from course.session import Session

    sandbox, home = open_sandbox(port, account, to_change=to_change)
    file = progress_file(home, sandbox.account)
    session = Session(sandbox, file, my_folder())
    session.progress = known_progress(home, sandbox.account)
    return session


def known_progress(home: Path, account: str) -> Progress:
    """Return how far somebody is in the lab with this folder.

    Raises:
        LabError: The file is damaged.
    """
    from course import words
    from course.progress import DamagedProgressError, read_progress

    try:
        return read_progress(progress_file(home, account), account)
    except DamagedProgressError as error:
        damaged = say(words.DAMAGED, language_of_this_command(), file=error.file)
        raise LabError(damaged) from error


def progress_file(home: Path, account: str) -> Path:
    """Return the file that says how far somebody is in the lab with this folder."""
    return home / "course" / f"{account}.json"


def chosen_language(_: str | None) -> Language:
    """Return the language that the command speaks.

    Its own `--lang` is for `--help` only: `lab.cli` takes it before, wherever it stands.
    """
    return language_of_this_command()


def step_named(session: Session, name: str | None, language: Language) -> Step:
    """Return the step that a command is about: the one named, else the one the student is at.

    Raises:
        UsageError: No step is called so.
    """
    from course import words
    from course.library import UnknownStepError

    if name is None:
        return session.current() or session.library.steps[-1]
    try:
        return session.library.named(name)
    except UnknownStepError as error:
        raise UsageError(say(words.UNKNOWN_STEP, language, name=name, near=error)) from error


def out_of_order(error: OutOfOrderError, language: Language) -> str:
    """Say which step has to be done first."""
    from course import words

    return say(words.OUT_OF_ORDER, language, step=short(error.step), needs=short(error.needed))


@contextmanager
def building(first: str) -> Iterator[TellBuilding]:
    """Show which step is being built, and how many there are.

    Args:
        first: What is done before that.

    Yields:
        What is to be told of each step.
    """
    from course import words

    with Steps() as shown:
        shown.begin(first)

        def tell(step: Step, done: int, total: int) -> None:
            said = say(words.BUILDING, language_of_this_command(), step=short(step))
            shown.go_on(said, done, total)

        yield tell


def short(step: Step) -> str:
    """Return a step as a student types it: 1.3, or 1.e2 for an exercise."""
    return step.short


def as_typed(file: Path) -> Path:
    """Return a file as somebody in the repository types it."""
    return file.relative_to(REPOSITORY) if file.is_relative_to(REPOSITORY) else file


def say(text: Text, language: Language, **facts: object) -> str:
    """Return a text in one language with its facts, its commands written for the lab at hand."""
    return _for_this_lab(text.filled(facts).in_language(language))


def print_text(text: Text, language: Language, **facts: object) -> None:
    """Print a text in one language with its facts."""
    show(say(text, language, **facts))


def show(line: str, style: str | None = None) -> None:
    """Print a line as it is, its commands written for the lab at hand."""
    out.print(_for_this_lab(line), style=style, markup=False, soft_wrap=True)


def _for_this_lab(text: str) -> str:
    """Let the commands in a text name the lab's port and the account, where that is needed."""

    def ours(found: re.Match[str]) -> str:
        whole = typed(found[1])
        return NAMED_ACCOUNT.sub("", whole) if "--account" in found[2] else whole

    return COMMAND.sub(ours, text)


def typed(words: str) -> str:
    """Return a command as the student types it: their usual account needs no naming.

    Args:
        words: What follows `scripts/lab`, for example `course check`.
    """
    from course.sandbox import DEFAULT_ACCOUNT

    whole = command(words)
    if words.partition(" ")[0] in OF_THE_STUDENT:
        whole = whole.replace(f" --account {DEFAULT_ACCOUNT}", "")
    return whole
