"""What was done through the console in one account and region."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from console.calls import Call

_LONGEST: Final = 1000
"""Calls that are kept."""


@dataclass(frozen=True)
class Entry:
    """One call that was made.

    Args:
        call: As it was sent.
        error: AWS's code if it was refused, else None.
        answer: What AWS answered, of it the texts: among them are the names that it made up.
        at: When it was answered.
    """

    call: Call
    error: str | None = None
    answer: dict[str, str] = field(default_factory=dict, repr=False)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Journal:
    """The calls of this console in one account and region, the oldest first."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=_LONGEST))
    count: int = 0
    """Calls ever kept: it grows also when old ones are dropped."""

    def add(
        self, call: Call, error: str | None = None, answer: dict[str, Any] | None = None
    ) -> None:
        """Remember a call that was answered."""
        told = {name: value for name, value in (answer or {}).items() if isinstance(value, str)}
        self.entries.append(Entry(call, error, told))
        self.count += 1

    def clear(self) -> None:
        """Forget all calls."""
        self.entries.clear()
        self.count += 1

    @property
    def done(self) -> list[Entry]:
        """The calls that AWS carried out."""
        return [entry for entry in self.entries if entry.error is None]
