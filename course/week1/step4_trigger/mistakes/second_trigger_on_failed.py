"""Watch failed/ as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.week1.step4_trigger.mistakes import notify

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Add a second trigger."""
    notify(sandbox, sandbox.raw_bucket, {"prefix": "uploads/"}, {"prefix": "failed/"})
