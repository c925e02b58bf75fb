"""course submit, course grade: work is handed in, and told what it is worth."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Annotated

import typer

from lab.console import err, inline, out
from lab.errors import FAILED, LabError, UsageError
from lab.launch.finding import open_lab
from lab.options import Lang, Port, StudentAccount
from lab.paths import lab_home
from lab.progress import Steps
from lab.running import RunningLab
from lab.student import course_key, sandbox_in
from lab.views.lessons import (
    as_typed,
    chosen_language,
    known_progress,
    open_session,
    print_text,
    say,
    short,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from course.grading import Grade, StepGrade, Student
    from course.language import Language
    from course.session import Session
    from course.step import Step
    from course.submission import Submission

AT_A_TIME = 2
"""Accounts of one lab that are checked side by side: more would wait for the lab, not for AWS's
own waits, and a check that is late must not be a check that fails."""

Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[FILE]...", help="Submissions, each graded in a fresh lab.", show_default=False
    ),
]
Roster = Annotated[
    Path | None,
    typer.Option("--roster", help="A CSV with the columns username and account: the whole class."),
]
Out = Annotated[
    list[Path] | None,
    typer.Option(
        "--out",
        help="Also write FILE.json (Classroom 50) or FILE.csv (nbgrader); may be given twice.",
        show_default=False,
    ),
]
SubmissionFile = Annotated[
    Path | None,
    typer.Option("--out", help="Where to. Default: submission-ACCOUNT.json.", show_default=False),
]


def submit(
    file: SubmissionFile = None,
    port: Port = None,
    account: StudentAccount = None,
    lang: Lang = None,
) -> None:
    """Put your code, what stands in your account and your record into one file to hand in."""
    from course import words
    from course.submission import SubmissionError, make_submission, write_submission

    language = chosen_language(lang)
    session = open_session(port, account)
    _refuse_empty(session, language)
    target = file or Path(f"submission-{session.sandbox.account}.json")
    with err.status("..."):
        try:
            submission = make_submission(session)
            write_submission(target, submission)
        except SubmissionError as error:
            raise LabError(say(error.text, language)) from error
    for name in submission.left_out:
        print_text(words.LEFT_OUT, language, file=f"my/{name}")
    print_text(
        words.SUBMITTED,
        language,
        file=as_typed(target.absolute()),
        functions=len(submission.cloud.functions),
        files=len(submission.my),
    )


def grade(  # noqa: PLR0913, PLR0917 - a command has as many arguments as it has options
    files: Files = None,
    roster: Roster = None,
    results: Out = None,
    port: Port = None,
    account: StudentAccount = None,
    lang: Lang = None,
) -> None:
    """Check every step, and say what it is worth: your account, a class, or what was handed in."""
    from course import words

    language = chosen_language(lang)
    _refuse_other_endings(results or (), language)
    if files and roster:
        raise UsageError(say(words.FILES_OR_ROSTER, language))
    refused: list[str] = []
    if files:
        grades = _grade_files(files, refused, language)
    elif roster:
        grades = _grade_class(roster, port, language)
    else:
        grades = [_grade_own(port, account, language)]
    _write(results or (), grades, language)
    _tell(grades, language)
    for line in refused:
        err.print(f"✗ {line}", markup=False, soft_wrap=True)
    if refused:
        raise typer.Exit(FAILED)


def _grade_own(port: int | None, account: str | None, language: Language) -> Grade:
    from course import words
    from course.grading import Student, grade_account
    from course.showing import step_grade_line

    session = open_session(port, account)
    _refuse_empty(session, language)
    sandbox = session.sandbox
    student = Student(sandbox.student, sandbox.account, email=sandbox.email)
    with Steps(in_lines=False) as shown:
        shown.begin("")

        def begin(step: Step, done: int, total: int) -> None:
            shown.go_on(say(words.CHECKING, language, what=short(step)), done, total)

        def tell(graded: StepGrade) -> None:
            with shown.away():
                out.print(step_grade_line(graded, language), markup=False, soft_wrap=True)

        return grade_account(sandbox, student, session.progress, tell, begin)


def _refuse_empty(session: Session, language: Language) -> None:
    """Refuse an account in which nothing is: it was never begun, or its lab was stopped."""
    from course import words
    from course.session import LostAccountError

    try:
        session.refuse_lost_account()
    except LostAccountError as error:
        raise LabError(say(error.text, language)) from error
    if not session.resources():
        raise LabError(say(words.NOTHING_BUILT, language, account=session.sandbox.account))


def _grade_class(roster: Path, port: int | None, language: Language) -> list[Grade]:
    from course import words
    from course.grading import grade_account
    from course.library import open_library
    from course.roster import RosterError, read_roster

    try:
        students = read_roster(roster)
    except RosterError as error:
        raise UsageError(say(error.text, language)) from error
    lab = open_lab(port)
    home = lab_home(lab.record.port)
    number, total = count(), len(students) * len(open_library().steps)
    telling = Lock()

    def graded(student: Student) -> Grade:
        def begin(step: Step, _done: int, _of: int) -> None:
            what = f"{student.id} {short(step)}"
            with telling:
                shown.go_on(say(words.CHECKING, language, what=what), next(number), total)

        sandbox = sandbox_in(RunningLab(lab.record, student.account))
        known = known_progress(home, student.account)
        return grade_account(sandbox, student, known, begin=begin)

    with Steps() as shown, ThreadPoolExecutor(AT_A_TIME) as pool:
        shown.begin("")
        return list(pool.map(graded, students))


def _grade_files(files: Sequence[Path], refused: list[str], language: Language) -> list[Grade]:
    """Grade what was handed in, each in a lab of its own; one that cannot be graded is told."""
    from course.submission import SubmissionError, read_submission

    grades: list[Grade] = []
    with Steps() as shown:
        shown.begin("")
        for number, file in enumerate(files):
            try:
                submission = read_submission(file)
            except SubmissionError as error:
                refused.append(say(error.text, language))
                continue

            def tell(
                doing: str, done: int, total: int, file: Path = file, at: int = number
            ) -> None:
                said = f"{file.name}: {doing}"
                shown.go_on(inline(said), at * total + done, len(files) * total)

            grades.append(_grade_again(submission, tell, language))
    return grades


def _grade_again(
    submission: Submission, tell: Callable[[str, int, int], None], language: Language
) -> Grade:
    """Grade one submission in a fresh lab.

    Args:
        submission: What was handed in.
        tell: Told what is being done, how many steps were checked before, and of how many.
        language: Of what it is told.
    """
    from course import words
    from course.library import open_library
    from course.regrading import grade_submission
    from lab.launch.fresh import fresh_lab

    def build(doing: str) -> None:
        tell(doing, 0, len(open_library().steps))

    def begin(step: Step, done: int, total: int) -> None:
        tell(say(words.CHECKING, language, what=short(step)), done, total)

    with fresh_lab(build) as endpoint:
        key = course_key(os.environ)
        return grade_submission(submission, endpoint, key, build, begin)


def _refuse_other_endings(results: Sequence[Path], language: Language) -> None:
    """Refuse a file that could not be written before anything is checked, which takes minutes."""
    from course import words
    from course.grade_files import ENDINGS

    for file in results:
        if file.suffix not in ENDINGS:
            raise UsageError(say(words.OTHER_ENDING, language, file=file))


def _write(results: Sequence[Path], grades: Sequence[Grade], language: Language) -> None:
    from course import words
    from course.grade_files import write_grades

    for file in results if grades else ():
        write_grades(file, grades, os.environ)
        print_text(words.GRADES_WRITTEN, language, file=as_typed(file.absolute()))


def _tell(grades: Sequence[Grade], language: Language) -> None:
    from course.showing import grade_lines

    for grade in grades:
        for line in grade_lines(grade, language):
            out.print(line, markup=False, soft_wrap=True)
