"""Forget the one who sends."""

from course.sandbox import Sandbox
from course.solving import change_statement


def make(sandbox: Sandbox) -> None:
    """Grant taking only."""
    change_statement(sandbox, "SendJobs", Effect=None)
