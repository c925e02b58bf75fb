"""Grant an action on objects on the bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.solving import change_statement

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Leave out the `/*`."""
    change_statement(
        sandbox, "ReadFromRawBucket", Resource=[f"arn:aws:s3:::{sandbox.raw_bucket}"]
    )
