"""What a step, its checks, hints and mistakes are: the form of `step.yaml`, read and validated."""

import importlib
import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from course.causes import causes
from course.language import Language, Text
from course.probes import probes
from course.sandbox import Sandbox
from provision.changes import Changes

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
StepId = Annotated[
    str, StringConstraints(pattern=r"^(week[1-4]/e?|next/)[1-9]-[a-z0-9]+(-[a-z0-9]+)*$")
]

HINTS: Final = 3
CHAPTERS: Final = "next"
"""The folder of the chapters after the four weeks."""
AFTER_THE_WEEKS: Final = 5
"""Where the chapters stand in the order of the weeks: a student types 5.1."""
_FOLDER: Final = re.compile(r"(step|exercise)([1-9])_([a-z0-9_]+)")


class Form(BaseModel):
    """What all parts of a step's form have in common: nothing unknown, nothing changed later."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Mistake(Form):
    """A mistake that a failing check knows by name.

    Attributes:
        id: Its name; `mistakes/<id with underscores>.py` makes it.
        cause: The function in `course/causes` that recognises it.
        arguments: What that function is given.
        says: What the mistake causes and why; may speak of the facts the cause found.
    """

    id: Id
    cause: str
    arguments: dict[str, Any] = Field(default_factory=dict, alias="with")
    says: Text

    @model_validator(mode="after")
    def _cause_is_known(self) -> Self:
        causes.refuse_wrong_arguments(self.cause, self.arguments)
        return self


class Check(Form):
    """One thing that is so when the step is done, whatever tool did it.

    Attributes:
        id: Its name, unique in its step.
        title: What is so.
        probe: The function in `course/probes` that finds out.
        arguments: What that function is given; may speak of `{raw_bucket}` and the like.
        needs: Checks of the same step without which this one makes no sense: it is "not yet" until
            they pass.
        mistakes: The ways it is known to go wrong, the likeliest first.
    """

    id: Id
    title: Text
    probe: str
    arguments: dict[str, Any] = Field(default_factory=dict, alias="with")
    needs: tuple[Id, ...] = ()
    mistakes: tuple[Mistake, ...] = ()

    @model_validator(mode="after")
    def _probe_is_known(self) -> Self:
        probes.refuse_wrong_arguments(self.probe, self.arguments)
        return self


class Step(Form):
    """One step of the course, one exercise, or one chapter of what comes after the four weeks.

    Attributes:
        id: `week1/3-function` for the folder `week1/step3_function`, `week1/e1-...` for an
            exercise.
        title: What the student makes.
        needs: Steps without which this one can't be done.
        points: What it is worth; a chapter is worth nothing, as it is not graded.
        goes_on_from: The earlier step whose solution is the code that this one begins with; None
            for a step with a `starter/` of its own, or without code.
        builds: Whether it makes something that later steps stand on. `course start` leaves out
            those that only try what is there.
        checks: What must be so.
        hints: Three: the direction, the place, almost the answer.
        folder: Where its files are.
    """

    id: StepId
    title: Text
    needs: tuple[StepId, ...] = ()
    points: int = Field(default=0, ge=0)
    goes_on_from: StepId | None = None
    builds: bool = True
    checks: tuple[Check, ...] = Field(min_length=1)
    hints: tuple[Text, ...] = Field(min_length=HINTS, max_length=HINTS)
    folder: Path = Field(exclude=True)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.id != step_id(self.folder):
            message = f"the id is {self.id!r}, but the folder says {step_id(self.folder)!r}"
            raise ValueError(message)
        if self.is_chapter == bool(self.points):
            message = f"{self.id}: a step of a week earns points, a chapter does not"
            raise ValueError(message)
        known: set[str] = set()
        for check in self.checks:
            if check.id in known:
                message = f"two checks are called {check.id!r}"
                raise ValueError(message)
            if unknown := set(check.needs) - known:
                message = f"{check.id} needs {sorted(unknown)}, which stand not before it"
                raise ValueError(message)
            known.add(check.id)
        mistakes = [mistake.id for check in self.checks for mistake in check.mistakes]
        if len(mistakes) != len(set(mistakes)):
            message = f"mistakes share a name: {sorted(mistakes)}"
            raise ValueError(message)
        return self

    @property
    def week(self) -> int:
        """Of the four; `AFTER_THE_WEEKS` for a chapter."""
        if self.is_chapter:
            return AFTER_THE_WEEKS
        return int(self.folder.parent.name.removeprefix("week"))

    @property
    def is_chapter(self) -> bool:
        """Whether it comes after the four weeks: it is not graded, and no week needs it."""
        return self.folder.parent.name == CHAPTERS

    @property
    def short(self) -> str:
        """As a student types it: `1.3`, `1.e2` for an exercise, `5.1` for a chapter."""
        return f"{self.week}.{self.id.partition('/')[2].partition('-')[0]}"

    @property
    def is_exercise(self) -> bool:
        """Whether it goes beyond the pipeline: nothing later needs it."""
        return self.folder.name.startswith("exercise")

    @property
    def order(self) -> tuple[int, bool, int]:
        """Sorts the steps as the course takes them: a week's exercises after its steps."""
        return self.week, self.is_exercise, int(_parts(self.folder)[1])

    def text(self, language: Language) -> str:
        """Return what the student reads, as Markdown."""
        return (self.folder / f"text.{language}.md").read_text(encoding="utf-8")

    @cached_property
    def mistakes(self) -> tuple[tuple[Check, Mistake], ...]:
        """Every mistake it knows, with the check that recognises it."""
        return tuple((check, mistake) for check in self.checks for mistake in check.mistakes)

    @property
    def module(self) -> str:
        """Its folder as a package: `course.week1.step1_buckets`."""
        return f"course.{self.folder.parent.name}.{self.folder.name}"

    @property
    def solve(self) -> Callable[[Sandbox, Changes], None]:
        """Does the step; doing it again changes nothing."""
        found: Callable[[Sandbox, Changes], None] = importlib.import_module(
            f"{self.module}.solve"
        ).solve
        return found

    def maker(self, mistake: Mistake) -> Callable[[Sandbox], None]:
        """Return what makes a mistake in an account where the step is done."""
        name = mistake.id.replace("-", "_")
        found: Callable[[Sandbox], None] = importlib.import_module(
            f"{self.module}.mistakes.{name}"
        ).make
        return found


def step_id(folder: Path) -> str:
    """Return the id of the step in a folder: `week1/step3_function` is `week1/3-function`.

    Raises:
        ValueError: The folder's name is not that of a step.
    """
    kind, number, slug = _parts(folder)
    letter = "e" if kind == "exercise" else ""
    return f"{folder.parent.name}/{letter}{number}-{slug.replace('_', '-')}"


def read_step(folder: Path) -> Step:
    """Read a step's form.

    Raises:
        ValueError: It is not as it must be; the message names the file and says what is wrong.
    """
    file = folder / "step.yaml"
    try:
        return Step(folder=folder, **yaml.safe_load(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError, yaml.YAMLError) as error:
        message = f"{file}: {error}"
        raise ValueError(message) from error


def _parts(folder: Path) -> tuple[str, str, str]:
    found = _FOLDER.fullmatch(folder.name)
    if not found:
        message = f"{folder} is not named as a step is: step1_buckets, exercise1_order_id"
        raise ValueError(message)
    return found[1], found[2], found[3]
