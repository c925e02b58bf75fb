"""What provisioning did, or would do: resources created, updated or unchanged."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_VALUE: Final = 40


class Outcome(Enum):
    """What happened to one resource."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Settled:
    """One resource after provisioning, or, in a plan, as it would be.

    Attributes:
        resource: Its name for people.
        outcome: What happened to it.
        before: Fingerprint of its state before; None if it did not exist.
        after: Fingerprint of its wanted state.
        differences: The differences between the two, each as part of a line.
    """

    resource: str
    outcome: Outcome
    before: str | None
    after: str
    differences: tuple[str, ...] = ()


@dataclass
class Changes:
    """The outcome of each resource of one group, in order.

    Attributes:
        planning: Change nothing; only record what would be changed.
        settled: The resources.
        foreign: What exists with the name of one of them, but without the lab's tags.
    """

    planning: bool = False
    settled: list[Settled] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def settle[T](
        self, resource: str, *, wanted: T, actual: T | None, apply: Callable[[], object]
    ) -> None:
        """Bring a resource into the wanted state; do nothing if it is in that state.

        Args:
            resource: Its name for people.
            wanted: Its wanted state, as a JSON value.
            actual: Its present state; None if it does not exist.
            apply: Brings it into the wanted state; a plan does not call it.
        """
        before = None if actual is None else fingerprint(actual)
        after = fingerprint(wanted)
        if actual == wanted:
            self.settled.append(Settled(resource, Outcome.UNCHANGED, before, after))
            return
        if not self.planning:
            apply()
        outcome = Outcome.CREATED if actual is None else Outcome.UPDATED
        told = () if actual is None else differences(actual, wanted)
        self.settled.append(Settled(resource, outcome, before, after, told))

    def count(self, outcome: Outcome) -> int:
        """Return how many resources had this outcome."""
        return len(self.resources(outcome))

    def resources(self, outcome: Outcome) -> list[str]:
        """Return which resources had this outcome."""
        return [each.resource for each in self.settled if each.outcome is outcome]

    @property
    def counts(self) -> dict[str, object]:
        """What was done as data: how many were created and unchanged, and which were updated."""
        return {
            "created": self.count(Outcome.CREATED),
            "updated": self.resources(Outcome.UPDATED),
            "unchanged": self.count(Outcome.UNCHANGED),
        }

    def __str__(self) -> str:
        """Return what was done in part of a line; updates by name, because they are rare."""
        said = []
        if created := self.count(Outcome.CREATED):
            said.append(f"{created} created")
        if updated := self.resources(Outcome.UPDATED):
            said.append(f"{len(updated)} updated ({', '.join(updated)})")
        if unchanged := self.count(Outcome.UNCHANGED):
            said.append(f"{unchanged} unchanged")
        return ", ".join(said) or "nothing to do"


def fingerprint(value: object) -> str:
    """Return a hash that is the same for equal settings only."""
    text = json.dumps(_canonical(value), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _canonical(value: object) -> object:
    """Return the value with equal numbers of one type, so that their JSON is equal."""
    if isinstance(value, dict):
        return {str(name): _canonical(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def differences(actual: object, wanted: object) -> tuple[str, ...]:
    """Return the differences between two states of a resource; long values are cut.

    Args:
        actual: Its present state.
        wanted: Its wanted state.
    """
    if not (isinstance(actual, dict) and isinstance(wanted, dict)):
        return (f"{_short(actual)} → {_short(wanted)}",)
    names = [name for name in {**wanted, **actual} if actual.get(name) != wanted.get(name)]
    return tuple(
        f"{name}: {_short(actual.get(name))} → {_short(wanted.get(name))}" for name in names
    )


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"
