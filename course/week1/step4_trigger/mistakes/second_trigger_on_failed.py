"""Watch failed/ as well."""

from course.sandbox import Sandbox
from course.week1.step4_trigger.mistakes import notify


def make(sandbox: Sandbox) -> None:
    """Add a second trigger."""
    notify(sandbox, sandbox.raw_bucket, {"prefix": "uploads/"}, {"prefix": "failed/"})
