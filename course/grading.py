"""What somebody's work is worth: every step checked now, and the record of how it was done."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from course import words
from course.checking import Result, run_checks
from course.finding import Verdict
from course.language import Text
from course.library import WEEKS, open_library
from course.progress import Progress
from course.question import read_questions
from course.resources import inventory
from course.sandbox import Sandbox
from course.step import Step
from course.traps import Trap, TrapState, trap_states

PREDICTION_POINTS: Final = 10
"""Of a week's questions together; each counts by its first answer."""

OF_THE_PAST: Final = frozenset(
    {
        "burst_has_results",
        "dead_letter_waits",
        "dead_letters_are_no_jobs",
        "execution_failed_in",
        "execution_of_file",
        "expired_by_the_clock",
        "file_failed_for",
        "file_has_result",
        "function_tagged",
        "invoked_about_absent",
        "log_tells_any_file",
        "log_tells_rejection",
        "log_tells_rows",
        "message_came_twice",
        "sales_file_exists",
    }
)
"""The probes that ask what the student once did. Nothing of that is in a cloud that was built again
from definitions, and later steps cover it up: where one fails now, the record says whether the step
was passed."""


@dataclass(frozen=True)
class Student:
    """Somebody who is graded.

    Attributes:
        id: Their name for the grade book.
        account: Of 12 digits.
        first_name: Empty where it is not known; so are the next two.
        last_name: Their family name.
        email: Their address.
    """

    id: str
    account: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""


@dataclass(frozen=True)
class StepGrade:
    """What one step is worth.

    Attributes:
        step: Which.
        passed: How many of its checks pass.
        recorded: How many of those are believed by the record alone.
        solved: Whether the course's solution did it, which earns nothing.
        hints: How many were read; they cost nothing and are told.
        attempts: How often it was checked.
    """

    step: Step
    passed: int
    recorded: int = 0
    solved: bool = False
    hints: int = 0
    attempts: int = 0

    @property
    def checks(self) -> int:
        """How many checks it has."""
        return len(self.step.checks)

    @property
    def is_passed(self) -> bool:
        """Whether all of them pass by the student's own work."""
        return self.passed == self.checks and not self.solved

    @property
    def points(self) -> float:
        """Its share of passed checks; nothing when it was solved for the student."""
        return 0.0 if self.solved else round(self.step.points * self.passed / self.checks, 1)


@dataclass(frozen=True)
class PredictionGrade:
    """What a week's questions are worth.

    Attributes:
        week: Of the four.
        questions: How many it asks.
        right: How many were answered rightly at the first try.
    """

    week: int
    questions: int
    right: int

    @property
    def points(self) -> float:
        """The share of right answers."""
        return round(PREDICTION_POINTS * self.right / self.questions, 1)


@dataclass(frozen=True)
class Grade:
    """What somebody's work is worth.

    Attributes:
        student: Who.
        graded_at: When it was checked.
        submitted_at: When it was handed in; None for an account that was looked at where it is.
        steps: By step, in the order of the course.
        predictions: By week.
        notes: What else a teacher should know, such as what could not be built again.
        traps: How far they came with each trap, by their record; traps earn nothing.
    """

    student: Student
    graded_at: datetime
    submitted_at: datetime | None
    steps: tuple[StepGrade, ...]
    predictions: tuple[PredictionGrade, ...]
    notes: tuple[Text, ...] = field(default=())
    traps: Mapping[Trap, TrapState] = field(default_factory=dict)

    @property
    def points(self) -> float:
        """All of them."""
        steps = sum(each.points for each in self.steps)
        return round(steps + sum(each.points for each in self.predictions), 1)

    @property
    def traps_mended(self) -> int:
        """How many traps they have met and mended."""
        return sum(state is TrapState.MENDED for state in self.traps.values())

    @property
    def most_points(self) -> int:
        """What all of the course is worth."""
        steps = sum(each.step.points for each in self.steps)
        return steps + PREDICTION_POINTS * len(self.predictions)


def grade_account(
    sandbox: Sandbox,
    student: Student,
    progress: Progress,
    tell: Callable[[StepGrade], None] = lambda _: None,
    begin: Callable[[Step, int, int], None] = lambda _step, _done, _of: None,
) -> Grade:
    """Check every step in an account as it is now.

    Args:
        sandbox: The account.
        student: Whose it is.
        progress: Their record; an empty one where there is none.
        tell: Told of each step as soon as it is graded.
        begin: Told of each step before it is checked, how many were before it, and of how many.
    """
    empty = not inventory(sandbox)
    steps: list[StepGrade] = []
    all_steps = open_library().steps
    for done, step in enumerate(all_steps):
        begin(step, done, len(all_steps))
        believed = OF_THE_PAST if progress.has_passed(step.id) else ()
        results = [] if empty else run_checks(step, sandbox, believed=believed)
        steps.append(grade_step(step, results, progress))
        tell(steps[-1])
    return Grade(
        student=student,
        graded_at=datetime.now(UTC).replace(microsecond=0),
        submitted_at=None,
        steps=tuple(steps),
        predictions=tuple(grade_predictions(progress)),
        traps=trap_states(progress),
        notes=(words.ACCOUNT_IS_EMPTY,) if empty else (),
    )


def grade_step(step: Step, results: Iterable[Result], progress: Progress) -> StepGrade:
    """Grade one step by its results and the student's record."""
    known = progress.steps.get(step.id)
    passed = recorded = 0
    for each in results:
        if each.verdict is Verdict.PASS:
            passed += 1
        elif each.check.probe in OF_THE_PAST and progress.has_passed(step.id):
            passed += 1
            recorded += 1
    return StepGrade(
        step,
        passed,
        recorded,
        solved=known is not None and known.solved,
        hints=known.hints if known else 0,
        attempts=known.attempts if known else 0,
    )


def grade_predictions(progress: Progress) -> Iterable[PredictionGrade]:
    """Grade each week's questions; a week without questions is left out."""
    for week in WEEKS:
        questions = [each for each in read_questions() if each.week == week]
        known = [(each.answer, progress.predictions.get(each.id)) for each in questions]
        right = sum(bool(said and said.answers[:1] == [answer]) for answer, said in known)
        if questions:
            yield PredictionGrade(week, len(questions), right)
