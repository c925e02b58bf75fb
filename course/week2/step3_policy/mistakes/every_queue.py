"""Grant sending everywhere, because an ARN is long."""

from course.sandbox import Sandbox
from course.solving import change_statement


def make(sandbox: Sandbox) -> None:
    """Let the function send to any queue."""
    change_statement(sandbox, "SendJobs", Resource=["*"])
