"""Listen for PUT only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.week1.step4_trigger.mistakes import notify

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Leave out copies and uploads in parts."""
    notify(sandbox, sandbox.raw_bucket, {"prefix": "uploads/"}, event="s3:ObjectCreated:Put")
