"""Grant starting everything, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_statement


def make(sandbox: Sandbox) -> None:
    """Start any state machine."""
    change_statement(sandbox, "StartWorkflow", Resource=["*"])
