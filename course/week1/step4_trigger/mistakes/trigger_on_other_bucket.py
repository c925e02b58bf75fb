"""Set the trigger on the bucket for results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.resources import Resource, remove
from course.week1.step4_trigger.mistakes import notify

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Notify of results and not of uploads."""
    remove(sandbox, Resource("notification", sandbox.raw_bucket))
    notify(sandbox, sandbox.processed_bucket, {"prefix": "uploads/"})
