"""Grant publishing everywhere."""

from course.sandbox import Sandbox
from course.solving import change_statement


def make(sandbox: Sandbox) -> None:
    """Publish to any topic."""
    change_statement(sandbox, "PublishNotifications", Resource=["*"])
