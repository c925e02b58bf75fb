"""Write the prefix like a path."""

from course.sandbox import Sandbox
from course.week1.step4_trigger.mistakes import notify


def make(sandbox: Sandbox) -> None:
    """Put a slash in front."""
    notify(sandbox, sandbox.raw_bucket, {"prefix": "/uploads/"})
