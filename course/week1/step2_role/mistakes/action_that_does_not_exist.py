"""Grant a call's name that is no action of IAM, as the workshop does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.solving import change_statement

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Grant s3:HeadObject beside s3:GetObject."""
    change_statement(sandbox, "ReadFromRawBucket", Action=["s3:GetObject", "s3:HeadObject"])
