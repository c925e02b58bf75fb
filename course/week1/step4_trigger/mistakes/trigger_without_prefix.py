"""Watch the whole bucket."""

from course.sandbox import Sandbox
from course.week1.step4_trigger.mistakes import notify


def make(sandbox: Sandbox) -> None:
    """Leave the prefix out."""
    notify(sandbox, sandbox.raw_bucket, {})
