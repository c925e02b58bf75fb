"""What a probe finds out: pass, fail or not yet, with what was expected and what is there."""

from dataclasses import dataclass
from enum import Enum

from course.language import Text


class Verdict(Enum):
    """How a check ended."""

    PASS = "pass"  # noqa: S105 - as in pass and fail
    FAIL = "fail"
    NOT_YET = "not yet"


@dataclass(frozen=True)
class Finding:
    """What a probe saw.

    Attributes:
        verdict: Whether it is as it should be; `NOT_YET` when what it needs is missing.
        expected: What should be there.
        actual: What is there.
        look_at: The command that shows it, after `scripts/lab`.
    """

    verdict: Verdict
    expected: Text | None = None
    actual: Text | None = None
    look_at: str | None = None


def passed(actual: Text | None = None) -> Finding:
    """Say that it is as it should be."""
    return Finding(Verdict.PASS, actual=actual)


def failed(expected: Text, actual: Text, look_at: str | None = None) -> Finding:
    """Say that it is not as it should be."""
    return Finding(Verdict.FAIL, expected, actual, look_at)


def not_yet(actual: Text, look_at: str | None = None) -> Finding:
    """Say that what the check looks at is not there yet."""
    return Finding(Verdict.NOT_YET, actual=actual, look_at=look_at)


def missing(what: str) -> Finding:
    """Say that the thing a check looks at is not there yet; `what` is its name."""
    return not_yet(Text(th=f"ยังไม่มี {what}", en=f"there is no {what} yet"))


NOTHING = Text(th="ยังไม่มี", en="nothing yet")
