"""Leave out the statement that allows a log."""

from course.sandbox import Sandbox
from course.solving import change_statement


def make(sandbox: Sandbox) -> None:
    """Grant no logging."""
    change_statement(sandbox, "CloudWatchLogs", Effect=None)
