"""All steps of the course, in order, and how a student names one."""

import difflib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from course.step import AFTER_THE_WEEKS, CHAPTERS, Step, read_step

FOLDER: Final = Path(__file__).resolve().parent
WEEKS: Final = (1, 2, 3, 4)
_SHORT: Final = re.compile(r"([1-5])\.(e?[1-9])")


class UnknownStepError(LookupError):
    """No step is called so; the message says which one may be meant."""


@dataclass(frozen=True)
class Library:
    """The steps in the order of the course.

    Attributes:
        steps: Those of the four weeks: the course that is played and graded.
        chapters: What may come after them.
    """

    steps: tuple[Step, ...]
    chapters: tuple[Step, ...] = ()

    @property
    def everything(self) -> tuple[Step, ...]:
        """The steps, then the chapters."""
        return self.steps + self.chapters

    def named(self, name: str) -> Step:
        """Return the step a student means: `week1/3-function`, `1.3`, `3-function` or `function`.

        Raises:
            UnknownStepError: There is none, or more than one.
        """
        short = _SHORT.fullmatch(name)
        wanted = f"{_folder(int(short[1]))}/{short[2]}-" if short else name
        found = [step for step in self.everything if _is_named(step.id, wanted)]
        if len(found) == 1:
            return found[0]
        ids = [step.id for step in found or self.everything]
        near = ids if found else difflib.get_close_matches(name, ids, cutoff=0.3) or ids[:3]
        raise UnknownStepError(", ".join(near))

    def week(self, number: int) -> tuple[Step, ...]:
        """Return the steps and exercises of one week; of `AFTER_THE_WEEKS` the chapters."""
        return tuple(step for step in self.everything if step.week == number)

    def before(self, step: Step) -> tuple[Step, ...]:
        """Return the steps that lead to this one: what must be solved so that it can be begun."""
        needed: set[str] = set()
        waiting = list(step.needs)
        while waiting:
            each = waiting.pop()
            if each not in needed:
                needed.add(each)
                waiting += self.named(each).needs
        return tuple(each for each in self.everything if each.id in needed)

    def before_week(self, number: int) -> tuple[Step, ...]:
        """Return the steps of all earlier weeks; exercises are left out, nothing needs them."""
        return tuple(s for s in self.steps if s.week < number and not s.is_exercise)

    def starter(self, step: Step) -> Path:
        """Return the folder with the code that a step begins with; it may have none.

        Where a step goes on from an earlier one, that is the earlier one's solution: a student who
        begins at a later week has not written it.
        """
        if step.goes_on_from is None:
            return step.folder / "starter"
        return self.named(step.goes_on_from).folder / "solution"


@cache
def open_library(folder: Path = FOLDER) -> Library:
    """Read every step.

    Raises:
        ValueError: A step is not as it must be, or needs one that does not stand before it.
    """
    files = (*folder.glob("week[1-4]/*/step.yaml"), *folder.glob(f"{CHAPTERS}/*/step.yaml"))
    steps = sorted((read_step(file.parent) for file in files), key=lambda step: step.order)
    known: set[str] = set()
    for step in steps:
        earlier = [step.goes_on_from] if step.goes_on_from else []
        if unknown := {*step.needs, *earlier} - known:
            message = f"{step.id} needs {sorted(unknown)}, which stand not before it"
            raise ValueError(message)
        known.add(step.id)
    return Library(
        tuple(step for step in steps if not step.is_chapter),
        tuple(step for step in steps if step.is_chapter),
    )


def _folder(week: int) -> str:
    return CHAPTERS if week == AFTER_THE_WEEKS else f"week{week}"


def _is_named(step_id: str, wanted: str) -> bool:
    week_and_name = step_id.partition("/")[2]
    slug = week_and_name.partition("-")[2]
    return wanted in (step_id, week_and_name, slug) or (
        wanted.endswith("-") and step_id.startswith(wanted)
    )
