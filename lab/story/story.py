"""What a story is made of: moments, and clues to why something went wrong."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


class Sign(StrEnum):
    """How a moment is marked."""

    GOOD = "✓"
    BAD = "✗"
    PLAIN = "·"


@dataclass(frozen=True)
class Clue:
    """Why something went wrong.

    Attributes:
        why: What is wrong and what that causes, as sentences.
        mend: What is right: a statement, a line of code, a command.
    """

    why: str
    mend: str = ""


@dataclass(frozen=True)
class Moment:
    """One thing that happened to a file, or that did not.

    Attributes:
        place: Where: `S3`, a function's name, a queue's, a state's.
        text: What, as half a line.
        at: When; None for what did not happen, or has no time.
        sign: How it went.
        clue: Why it went wrong.
    """

    place: str
    text: str
    at: datetime | None = None
    sign: Sign = Sign.PLAIN
    clue: Clue | None = None


@dataclass
class Story:
    """What became of a file.

    Attributes:
        key: The uploaded object's key.
        moments: In the order of the pipeline.
        tries: Commands to try next, without `scripts/lab`.
    """

    key: str
    moments: list[Moment] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)

    def in_time(self) -> list[Moment]:
        """Return the moments in time order; one without a time follows the one it came after."""
        known = _BEFORE_ALL
        dated = []
        for moment in self.moments:
            known = max(known, moment.at or known)
            dated.append((moment.at or known, moment))
        return [moment for _, moment in sorted(dated, key=lambda each: each[0])]

    @property
    def broken(self) -> bool:
        """Whether something on the way went wrong."""
        return any(moment.sign is Sign.BAD for moment in self.moments)
