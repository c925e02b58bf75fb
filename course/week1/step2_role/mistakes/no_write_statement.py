"""Leave out the statement that allows writing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.solving import change_statement

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Grant reading only."""
    change_statement(sandbox, "WriteToProcessedBucket", Effect=None)
