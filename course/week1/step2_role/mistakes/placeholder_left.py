"""Copy the workshop's policy and leave its placeholder in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.solving import change_statement

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Grant reading on somebody else's name."""
    change_statement(
        sandbox, "ReadFromRawBucket", Resource=["arn:aws:s3:::pipeline-raw-yourname-*/*"]
    )
