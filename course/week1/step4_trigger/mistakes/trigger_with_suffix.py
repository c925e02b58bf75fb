"""Filter on the extension too, as the workshop does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.week1.step4_trigger.mistakes import notify

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Watch names that end with .csv only."""
    notify(sandbox, sandbox.raw_bucket, {"prefix": "uploads/", "suffix": ".csv"})
