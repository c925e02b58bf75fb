"""Filter on the extension too, as the workshop does."""

from course.sandbox import Sandbox
from course.week1.step4_trigger.mistakes import notify


def make(sandbox: Sandbox) -> None:
    """Watch names that end with .csv only."""
    notify(sandbox, sandbox.raw_bucket, {"prefix": "uploads/", "suffix": ".csv"})
