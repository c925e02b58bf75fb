"""What provisioning did: which resources it created, updated or found as they should be."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Outcome(Enum):
    """What happened to one resource."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass
class Changes:
    """The outcome of each resource of one group, in order."""

    outcomes: list[tuple[str, Outcome]] = field(default_factory=list)

    def settle[T](
        self, resource: str, *, wanted: T, actual: T | None, apply: Callable[[], object]
    ) -> None:
        """Make a resource as it should be, and touch nothing where it is already.

        Args:
            resource: What people call it.
            wanted: How it should be.
            actual: How it is; None where there is none.
            apply: Makes it as wanted.
        """
        if actual == wanted:
            self.outcomes.append((resource, Outcome.UNCHANGED))
            return
        apply()
        self.outcomes.append((resource, Outcome.CREATED if actual is None else Outcome.UPDATED))

    def count(self, outcome: Outcome) -> int:
        """How many resources had this outcome."""
        return sum(1 for _, each in self.outcomes if each is outcome)

    def resources(self, outcome: Outcome) -> list[str]:
        """Which resources had this outcome."""
        return [resource for resource, each in self.outcomes if each is outcome]

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
