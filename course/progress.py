"""How far a student is: one file, always whole."""

from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, Field

from course.checking import Result, all_passed
from course.files import write_whole
from course.finding import Verdict
from course.step import HINTS, Step


class DamagedProgressError(Exception):
    """The file with the progress cannot be read.

    Attributes:
        file: Which.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(str(file))
        self.file = file


class StepProgress(BaseModel):
    """How far a student is with one step.

    Attributes:
        began: When they first read, checked or were hinted it.
        attempts: How often it was checked.
        passed_at: When all its checks first passed.
        passed_checks: How many passed the last time.
        hints: How many were read.
        solved: Whether the course's own solution did it.
        mistakes: The known mistakes that showed, each once, in order.
    """

    began: datetime | None = None
    attempts: int = 0
    passed_at: datetime | None = None
    passed_checks: int = 0
    hints: int = 0
    solved: bool = False
    mistakes: list[str] = Field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Whether the student passed it, or it was done for them."""
        return self.solved or self.passed_at is not None


class PredictionProgress(BaseModel):
    """An answer to a question: whether it was right, and how often it was tried."""

    answers: list[str] = Field(default_factory=list)
    right: bool = False


class PracticeProgress(BaseModel):
    """A trap, or a sabotage, in the practice account.

    Attributes:
        step: Up to which the pipeline was built there.
        mistake: What was broken.
        broken_at: When.
        built: Whether the practice account was built up to it; not while that is under way.
        mended_at: When the student had mended it.
        shown: Whether it was mended for them.
        explained: Whether they were told why it is wrong.
        mended_before: Whether they had mended it before it was broken again.
    """

    step: str
    mistake: str
    broken_at: datetime
    built: bool = True
    mended_at: datetime | None = None
    shown: bool = False
    explained: bool = False
    mended_before: bool = False

    @property
    def was_mended(self) -> bool:
        """Whether the student has ever mended it."""
        return self.mended_before or self.mended_at is not None


class Progress(BaseModel):
    """How far a student is, by step and question.

    Attributes:
        account: Whose.
        steps: By step id.
        predictions: By question id.
        practice: Traps by their id, and the sabotage.
        unfinished: The command that was changing the account when it or the lab was stopped, as a
            student types it after `course`; None when nothing was.
    """

    account: str
    unfinished: str | None = None
    steps: dict[str, StepProgress] = Field(default_factory=dict)
    predictions: dict[str, PredictionProgress] = Field(default_factory=dict)
    practice: dict[str, PracticeProgress] = Field(default_factory=dict)

    def of(self, step: Step) -> StepProgress:
        """Return the progress with one step; begins it."""
        found = self.steps.setdefault(step.id, StepProgress())
        found.began = found.began or datetime.now(UTC)
        return found

    def is_done(self, step: Step) -> bool:
        """Whether a step was passed, or done for the student."""
        return step.id in self.steps and self.steps[step.id].is_done

    def has_passed(self, step_id: str) -> bool:
        """Whether all checks of a step passed at some time."""
        return step_id in self.steps and self.steps[step_id].passed_at is not None

    def checked(self, step: Step, results: list[Result]) -> None:
        """Take up the results of a check."""
        progress = self.of(step)
        progress.attempts += 1
        progress.passed_checks = sum(each.verdict is Verdict.PASS for each in results)
        for each in results:
            if each.mistake and each.mistake.id not in progress.mistakes:
                progress.mistakes.append(each.mistake.id)
        if all_passed(results):
            progress.passed_at = progress.passed_at or datetime.now(UTC)

    def next_hint(self, step: Step) -> int:
        """Return the level of the next hint, 1 to 3; after the last it is the last again."""
        progress = self.of(step)
        progress.hints = min(progress.hints + 1, HINTS)
        return progress.hints

    def points(self, step: Step) -> float:
        """Return what a step has earned: its share of passed checks; nothing when it was solved."""
        found = self.steps.get(step.id)
        if found is None or found.solved:
            return 0.0
        share = 1.0 if found.passed_at else found.passed_checks / len(step.checks)
        return round(step.points * share, 1)


def read_progress(file: Path, account: str) -> Progress:
    """Read how far a student is; a student without a file has not begun.

    Raises:
        DamagedProgressError: The file is there, but is none that the course has written.
    """
    try:
        return Progress.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return Progress(account=account)
    except ValueError as error:
        raise DamagedProgressError(file) from error


def write_progress(file: Path, progress: Progress) -> None:
    """Write the file whole or not at all."""
    write_whole(file, progress.model_dump_json(indent=2) + "\n")
