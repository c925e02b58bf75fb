"""What provisioning did, or would do: resources created, updated, or as they should be already."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

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
    """One resource after it was settled, or, in a plan, as it would be.

    Attributes:
        resource: What people call it.
        outcome: What happened to it.
        before: Fingerprint of how it was; None where there was none.
        after: Fingerprint of how it should be.
        differences: What differed between the two, each as half a line.
    """

    resource: str
    outcome: Outcome
    before: str | None
    after: str
    differences: tuple[str, ...] = ()


@dataclass
class Changes:
    """What became of each resource of one group, in order.

    Attributes:
        planning: Whether nothing is to be changed, only said what would be.
        settled: The resources.
    """

    planning: bool = False
    settled: list[Settled] = field(default_factory=list)

    def settle[T](
        self, resource: str, *, wanted: T, actual: T | None, apply: Callable[[], object]
    ) -> None:
        """Make a resource as it should be, and touch nothing where it is already.

        Args:
            resource: What people call it.
            wanted: How it should be, as what JSON can hold.
            actual: How it is; None where there is none.
            apply: Makes it as wanted; a plan does not call it.
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
        """How many resources had this outcome."""
        return len(self.resources(outcome))

    def resources(self, outcome: Outcome) -> list[str]:
        """Which resources had this outcome."""
        return [each.resource for each in self.settled if each.outcome is outcome]

    def __str__(self) -> str:
        """Say what was done in half a line; updates by name, because they are rare."""
        said = []
        if created := self.count(Outcome.CREATED):
            said.append(f"{created} created")
        if updated := self.resources(Outcome.UPDATED):
            said.append(f"{len(updated)} updated ({', '.join(updated)})")
        if unchanged := self.count(Outcome.UNCHANGED):
            said.append(f"{unchanged} unchanged")
        return ", ".join(said) or "nothing to do"


def fingerprint(value: Any) -> str:
    """The same for equal settings, and only for them."""
    text = json.dumps(_canonical(value), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _canonical(value: Any) -> Any:
    """Equal numbers look alike in JSON only when they are of one type."""
    if isinstance(value, dict):
        return {str(name): _canonical(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def differences(actual: Any, wanted: Any) -> tuple[str, ...]:
    """What differs between two states of a resource; values only where they are short.

    Args:
        actual: How it is.
        wanted: How it should be.
    """
    if not (isinstance(actual, dict) and isinstance(wanted, dict)):
        return (f"{_short(actual)} → {_short(wanted)}",)
    names = [name for name in {**wanted, **actual} if actual.get(name) != wanted.get(name)]
    return tuple(
        f"{name}: {_short(actual.get(name))} → {_short(wanted.get(name))}" for name in names
    )


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"
