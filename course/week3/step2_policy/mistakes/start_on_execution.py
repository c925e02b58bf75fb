"""Grant starting on executions."""

from course.sandbox import Sandbox
from course.solving import change_statement


def make(sandbox: Sandbox) -> None:
    """Name the executions and not the machine."""
    change_statement(
        sandbox, "StartWorkflow", Resource=[sandbox.arn("states", "execution:ProcessCSVWorkflow:*")]
    )
