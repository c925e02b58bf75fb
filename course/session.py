"""A student at work: their sandbox, their progress, and what each command does about them."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from course import words
from course.checking import Result, all_passed, run_checks
from course.language import Language, Text, ToldError, fill
from course.library import WEEKS, Library, UnknownStepError, open_library
from course.progress import PredictionProgress, Progress, read_progress, write_progress
from course.question import Question, read_questions
from course.resources import Resource, inventory, wipe
from course.sandbox import Call, Sandbox, known_names
from course.solving import UPDATED
from course.step import AFTER_THE_WEEKS, HINTS, Check, Step
from provision.archive import code_sha256, folder_zip
from provision.changes import Changes
from provision.target import unless_missing

TellBuilding = Callable[[Step, int, int], None]
"""Told of each step before it is built, how many were built before it, and of how many."""


def tell_nobody(_step: Step, _done: int, _total: int) -> None:
    """Tell nobody which step is being built."""


_MISSING: Final = "ResourceNotFoundException"
_RESUME: Final = "resume"
_READY: Final = {"Delay": 0.2, "MaxAttempts": 150}


class LostAccountError(ToldError):
    """The account is not as the record says; the message names the command that mends it."""


class EmptyAccountError(LostAccountError):
    """The account is empty although steps were passed in it: the cloud was emptied meanwhile.

    Args:
        account: Which.
        step: The last step that was passed.
    """

    def __init__(self, account: str, step: Step) -> None:
        super().__init__(words.GONE, account=account, step=step.short)


class UnfinishedError(LostAccountError):
    """A command was stopped while it changed the account.

    Args:
        account: Which.
        command: What finishes it, as a student types it after `course`.
    """

    def __init__(self, account: str, command: str) -> None:
        super().__init__(words.UNFINISHED, account=account, command=command)


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

    def reread(self) -> None:
        """Take up what another command wrote meanwhile, such as a hint in another terminal."""
        self.progress = read_progress(self.file, self.sandbox.account)

    def current(self) -> Step | None:
        """Return the step they are at: the first that is neither passed nor done for them."""
        for step in self.library.steps:
            if not step.is_exercise and not self.progress.is_done(step):
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
        """Return the step that comes next in the course; after a chapter the next chapter."""
        among = self.library.chapters if step.is_chapter else self.library.steps
        steps = [each for each in among if not each.is_exercise]
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

    def start(self, week: int, tell: TellBuilding = tell_nobody) -> Step | None:
        """Empty the account and do all that comes before a week; the week's first step.

        Args:
            week: Of the four, or `AFTER_THE_WEEKS`.
            tell: Told of each step before it is done.
        """
        with self._unfinished(f"start {week} --yes"):
            wipe(self.sandbox)
            before = self.library.before_week(week)
            build(self.sandbox, [each for each in before if each.builds], tell)
            for step in before:
                known = self.progress.of(step)
                known.solved = known.solved or known.passed_at is None
            for step in self.library.everything:
                if step.week >= week:
                    self.progress.steps.pop(step.id, None)
        steps = [each for each in self.library.week(week) if not each.is_exercise]
        return steps[0] if steps else None

    def resume(self, tell: TellBuilding = tell_nobody) -> Step | None:
        """Bring back an account whose cloud was emptied; the last step that was brought back.

        What only tried the pipeline is not tried again: the record keeps that it was.

        Args:
            tell: Told of each step before it is done.

        Raises:
            UnfinishedError: Another command was stopped, which brings the account elsewhere.
        """
        if self.progress.unfinished not in (None, _RESUME):
            raise UnfinishedError(self.sandbox.account, self.progress.unfinished)
        done = self._done()
        if not done:
            return None
        with self._unfinished(_RESUME):
            build(self.sandbox, [each for each in done if each.builds], tell)
            for _ in self.deploy():  # the student's own code in place of the solutions'
                pass
        return done[-1]

    def check(
        self,
        step: Step,
        tell: Callable[[Result], None],
        begin: Callable[[Check], None] = lambda _: None,
    ) -> list[Result]:
        """Check a step and take up what came out.

        Args:
            step: Which.
            tell: Told of each result as soon as it is known.
            begin: Told of each check before it is made.

        Raises:
            LostAccountError: The account is not as it was when steps were passed in it.
            OutOfOrderError: It did not pass, and a step that it needs is missing.
        """
        self.refuse_lost_account()
        results = run_checks(step, self.sandbox, tell, begin=begin)
        self.reread()
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
            LostAccountError: The account is not as it was when steps were passed in it.
            OutOfOrderError: A step that it needs is missing.
        """
        self.refuse_lost_account()
        self._refuse_missing_step(step)
        changes = Changes()
        step.solve(self.sandbox.told(tell), changes)
        self.reread()
        known = self.progress.of(step)
        known.solved = known.solved or known.passed_at is None
        self.save()
        return changes

    def reset(self, tell: Callable[[Resource], None]) -> None:
        """Empty the account and forget the progress; `my/` stays."""
        self.progress.unfinished = "reset"
        self.save()
        wipe(self.sandbox, tell)
        self.file.unlink()

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
                client.get_waiter(UPDATED).wait(FunctionName=function, WaiterConfig=_READY)
                yield Deployed(function, "updated")

    def resources(self) -> set[Resource]:
        """Return what the account holds."""
        return inventory(self.sandbox)

    def refuse_lost_account(self) -> None:
        """See that the account still holds what was made in it.

        Raises:
            EmptyAccountError: It is empty, but steps were passed in it.
            UnfinishedError: A command was stopped while it changed the account.
        """
        if self.progress.unfinished:
            raise UnfinishedError(self.sandbox.account, self.progress.unfinished)
        done = self._done()
        if done and not self.resources():
            raise EmptyAccountError(self.sandbox.account, done[-1])

    @contextmanager
    def _unfinished(self, command: str) -> Iterator[None]:
        """Keep in the record that a command is changing the account, until it has done so."""
        self.progress.unfinished = command
        self.save()
        yield
        self.progress.unfinished = None
        self.save()

    def _done(self) -> list[Step]:
        return [step for step in self.library.everything if self.progress.is_done(step)]

    def _refuse_missing_step(self, step: Step) -> None:
        for needed in self.library.before(step):
            if not self._is_done(needed):
                raise OutOfOrderError(step, needed)

    def _is_done(self, step: Step) -> bool:
        return self.progress.is_done(step) or all_passed(run_checks(step, self.sandbox))


def build(sandbox: Sandbox, steps: Sequence[Step], tell: TellBuilding) -> None:
    """Do steps by their solutions, one after the other.

    Args:
        sandbox: Where.
        steps: Which, in order.
        tell: Told of each before it is done.
    """
    for done, step in enumerate(steps):
        tell(step, done, len(steps))
        step.solve(sandbox, Changes())


def is_week(number: int) -> bool:
    """Whether the course has such a week, or it is where the chapters begin."""
    return number in (*WEEKS, AFTER_THE_WEEKS)
