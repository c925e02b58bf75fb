"""Set the trigger on the bucket for results."""

from course.resources import Resource, remove
from course.sandbox import Sandbox
from course.week1.step4_trigger.mistakes import notify


def make(sandbox: Sandbox) -> None:
    """Notify of results and not of uploads."""
    remove(sandbox, Resource("notification", sandbox.raw_bucket))
    notify(sandbox, sandbox.processed_bucket, {"prefix": "uploads/"})
