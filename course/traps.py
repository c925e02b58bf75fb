"""The traps: the workshop's own errors, each made in a practice account to be met and mended."""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from course import words
from course.language import Text
from course.library import open_library
from course.progress import Progress
from course.step import Check, Form, Id, Mistake, Step, StepId

FILE: Final = Path(__file__).resolve().parent / "traps.yaml"


class TrapState(StrEnum):
    """How far a student is with a trap."""

    OPEN = "open"
    PROVOKED = "provoked"
    EXPLAINED = "explained"
    MENDED = "mended"

    @property
    def text(self) -> Text:
        """The same in words."""
        return {
            TrapState.OPEN: words.OPEN,
            TrapState.PROVOKED: words.PROVOKED,
            TrapState.EXPLAINED: words.EXPLAINED,
            TrapState.MENDED: words.MENDED,
        }[self]


class UnknownTrapError(LookupError):
    """No trap is called so; the message says which there are."""


class Trap(Form):
    """One trap: an entry of `traps.yaml`.

    Attributes:
        id: What a student types.
        step: Whose mistake it is.
        mistake: Which, by its id.
        title: What one sees.
        see: How to see it.
    """

    id: Id
    step: StepId
    mistake: Id
    title: Text
    see: Text


@cache
def read_traps() -> tuple[Trap, ...]:
    """Read every trap, in the order of the file.

    Raises:
        ValueError: One names a step or a mistake that is not there.
    """
    traps = tuple(Trap(**each) for each in yaml.safe_load(FILE.read_text(encoding="utf-8")))
    for trap in traps:
        find_mistake(trap.step, trap.mistake)
    return traps


def trap_states(progress: Progress) -> dict[Trap, TrapState]:
    """Return how far a student is with each trap: met, told why, or mended by themselves."""
    states: dict[Trap, TrapState] = {}
    for trap in read_traps():
        known = progress.practice.get(trap.id)
        if known is None:
            states[trap] = TrapState.OPEN
        elif known.was_mended:
            states[trap] = TrapState.MENDED
        else:
            states[trap] = TrapState.EXPLAINED if known.explained else TrapState.PROVOKED
    return states


def trap_named(name: str) -> Trap:
    """Return the trap of a name.

    Raises:
        UnknownTrapError: There is none.
    """
    for trap in read_traps():
        if trap.id == name:
            return trap
    raise UnknownTrapError(", ".join(trap.id for trap in read_traps()))


def find_mistake(step_id: str, mistake_id: str) -> tuple[Step, Check, Mistake]:
    """Return a mistake with its step and the check that knows it.

    Raises:
        ValueError: The step has no such mistake.
    """
    step = open_library().named(step_id)
    for check, mistake in step.mistakes:
        if mistake.id == mistake_id:
            return step, check, mistake
    message = f"{step_id} has no mistake {mistake_id!r}"
    raise ValueError(message)
