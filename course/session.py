"""A student at work: their sandbox, their progress, and what each command does about them."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from course import words
from course.checking import Result, all_passed, run_checks
from course.language import Language, Text, fill
from course.library import WEEKS, Library, UnknownStepError, open_library
from course.progress import PredictionProgress, Progress, read_progress, write_progress
from course.question import Question, read_questions
from course.resources import Resource, inventory, wipe
from course.sandbox import Call, Sandbox, known_names
from course.step import HINTS, Step
from provision.archive import code_sha256, folder_zip
from provision.changes import Changes
from provision.target import unless_missing

_MISSING: Final = "ResourceNotFoundException"
_READY: Final = {"Delay": 0.2, "MaxAttempts": 150}


class EmptyAccountError(Exception):
    """The account is empty although steps were passed in it: the lab was stopped meanwhile.

    Attributes:
        step: The last step that was passed.
    """

    def __init__(self, step: Step) -> None:
        super().__init__(step.id)
        self.step = step


class OutOfOrderError(Exception):
    """A step was asked for that needs another one first.

    Attributes:
        step: The step asked for.
        needed: The first step that it lacks.
    """

    def __init__(self, step: Step, needed: Step) -> None:
        super().__init__(f"{step.id} needs {needed.id}")
        self.step = step
        self.needed = needed


@dataclass(frozen=True)
class Deployed:
    """What became of one function in `my/`: `updated`, `same`, or `absent` from the cloud."""

    function: str
    outcome: str


@dataclass
class Session:
    """One student in one lab.

    Attributes:
        sandbox: Their account.
        file: Where their progress is kept.
        my: The folder of their own code.
    """

    sandbox: Sandbox
    file: Path
    my: Path

    @cached_property
    def library(self) -> Library:
        """The course."""
        return open_library()

    @cached_property
    def progress(self) -> Progress:
        """How far they are."""
        return read_progress(self.file, self.sandbox.account)

    def save(self) -> None:
        """Keep the progress."""
        write_progress(self.file, self.progress)

    def current(self) -> Step | None:
        """Return the step they are at: the first that is neither passed nor done for them."""
        for step in self.library.steps:
            known = self.progress.steps.get(step.id)
            if not step.is_exercise and not (known and (known.passed_at or known.solved)):
                return step
        return None

    def state_of(self, step: Step) -> Text:
        """Return how far the student is with a step, in words."""
        known = self.progress.steps.get(step.id)
        if known is None:
            return words.OPEN
        if known.solved:
            return words.SOLVED
        return words.DONE if known.passed_at else words.BEGUN

    def after(self, step: Step) -> Step | None:
        """Return the step that comes next in the course."""
        steps = [each for each in self.library.steps if not each.is_exercise]
        later = [each for each in steps if each.order > step.order]
        return later[0] if later else None

    def text(self, step: Step, language: Language) -> str:
        """Return what the student reads of a step, with the names of their own account in it."""
        return fill(step.text(language), known_names(self.sandbox))

    def place_starter(self, step: Step) -> list[Path]:
        """Lay out the code a step begins with in `my/`; what is there already stays."""
        placed: list[Path] = []
        starter = self.library.starter(step)
        for source in sorted(starter.rglob("*")):
            target = self.my / source.relative_to(starter)
            if source.is_file() and "__pycache__" not in source.parts and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
                placed.append(target)
        return placed

    def question(self, name: str) -> Question:
        """Return the question a student means: `1.q2`, `week1/q2-concurrency` or `concurrency`.

        Raises:
            UnknownStepError: There is none; the message says which there are.
        """
        for each in read_questions():
            slug = each.id.partition("/")[2].partition("-")[2]
            if name in (each.id, each.short, slug):
                return each
        raise UnknownStepError(", ".join(each.short for each in read_questions()))

    def predict(self, question: Question, answer: str) -> bool:
        """Take up an answer; whether it is right."""
        known = self.progress.predictions.setdefault(question.id, PredictionProgress())
        known.answers.append(answer)
        known.right = known.right or answer == question.answer
        self.save()
        return answer == question.answer

    def refuse_missing_steps(self, question: Question) -> None:
        """See that the account has what a question's experiment needs.

        Raises:
            OutOfOrderError: A step is missing.
        """
        for step in map(self.library.named, question.needs):
            self._refuse_missing_step(step)
            if not self._is_done(step):
                raise OutOfOrderError(step, step)

    # What commands do ----------------------------------------------------------------------------

    def start(self, week: int, tell: Callable[[str], None]) -> Step | None:
        """Empty the account and do all that comes before a week; the week's first step.

        Args:
            week: Of the four.
            tell: Told of each step before it is done.
        """
        wipe(self.sandbox)
        for step in self.library.before_week(week):
            if step.builds:
                tell(step.id)
                step.solve(self.sandbox, Changes())
            known = self.progress.of(step)
            known.solved = known.solved or known.passed_at is None
        for step in self.library.steps:
            if step.week >= week:
                self.progress.steps.pop(step.id, None)
        self.save()
        steps = [each for each in self.library.week(week) if not each.is_exercise]
        return steps[0] if steps else None

    def resume(self, tell: Callable[[str], None]) -> Step | None:
        """Bring back an account whose lab was stopped; the last step that was brought back.

        What only tried the pipeline is not tried again: the record keeps that it was.
        """
        last = None
        for step in self.library.steps:
            known = self.progress.steps.get(step.id)
            if known and (known.passed_at or known.solved):
                if step.builds:
                    tell(step.id)
                    step.solve(self.sandbox, Changes())
                last = step
        if last:
            for _ in self.deploy():  # the student's own code in place of the solutions'
                pass
        return last

    def check(self, step: Step, tell: Callable[[Result], None]) -> list[Result]:
        """Check a step and take up what came out.

        Raises:
            EmptyAccountError: The account is empty, but was not when steps were passed in it.
            OutOfOrderError: It did not pass, and a step that it needs is missing.
        """
        self.refuse_empty_account()
        results = run_checks(step, self.sandbox, tell)
        self.progress.checked(step, results)
        self.save()
        if not all_passed(results):
            self._refuse_missing_step(step)
        return results

    def hint(self, step: Step, language: Language) -> tuple[int, str]:
        """Return the next hint: its level, and its words."""
        level = self.progress.next_hint(step)
        self.save()
        return level, fill(step.hints[level - 1].in_language(language), known_names(self.sandbox))

    def hints_left(self, step: Step) -> int:
        """How many hints the student has not read."""
        known = self.progress.steps.get(step.id)
        return HINTS - (known.hints if known else 0)

    def solve(self, step: Step, tell: Callable[[Call], None]) -> Changes:
        """Do a step in front of the student.

        Args:
            step: Which.
            tell: Told of each AWS call before it is made.

        Raises:
            EmptyAccountError: The account is empty, but was not when steps were passed in it.
            OutOfOrderError: A step that it needs is missing.
        """
        self.refuse_empty_account()
        self._refuse_missing_step(step)
        changes = Changes()
        step.solve(self.sandbox.told(tell), changes)
        known = self.progress.of(step)
        known.solved = known.solved or known.passed_at is None
        self.save()
        return changes

    def reset(self, tell: Callable[[Resource], None]) -> None:
        """Empty the account and forget the progress; `my/` stays."""
        wipe(self.sandbox, tell)
        self.file.unlink(missing_ok=True)

    def deploy(self) -> Iterator[Deployed]:
        """Bring what changed in `my/` into the cloud: each folder with a lambda_function.py."""
        client = self.sandbox.client("lambda")
        for code in sorted(self.my.glob("*/lambda_function.py")):
            function = code.parent.name.replace("_", "-")
            archive = folder_zip(code.parent)
            found: dict[str, Any] | None = unless_missing(
                lambda: client.get_function_configuration(FunctionName=function),  # noqa: B023
                _MISSING,
            )
            if found is None:
                yield Deployed(function, "absent")
            elif found["CodeSha256"] == code_sha256(archive):
                yield Deployed(function, "same")
            else:
                client.update_function_code(FunctionName=function, ZipFile=archive)
                client.get_waiter("function_updated_v2").wait(
                    FunctionName=function, WaiterConfig=_READY
                )
                yield Deployed(function, "updated")

    def resources(self) -> set[Resource]:
        """Return what the account holds."""
        return inventory(self.sandbox)

    def refuse_empty_account(self) -> None:
        """See that the account still holds what was made in it.

        Raises:
            EmptyAccountError: It is empty, but steps were passed in it.
        """
        done = [
            step
            for step in self.library.steps
            if (known := self.progress.steps.get(step.id)) and (known.passed_at or known.solved)
        ]
        if done and not self.resources():
            raise EmptyAccountError(done[-1])

    def _refuse_missing_step(self, step: Step) -> None:
        for needed in self.library.before(step):
            if not self._is_done(needed):
                raise OutOfOrderError(step, needed)

    def _is_done(self, step: Step) -> bool:
        known = self.progress.steps.get(step.id)
        done = known is not None and (known.passed_at is not None or known.solved)
        return done or all_passed(run_checks(step, self.sandbox))


def is_week(number: int) -> bool:
    """Whether the course has such a week."""
    return number in WEEKS
