"""Take a copy for a move."""

from course.sandbox import Sandbox
from course.solving import change_statement


def make(sandbox: Sandbox) -> None:
    """Grant no delete."""
    change_statement(sandbox, "RemoveMovedUploads", Effect=None)
