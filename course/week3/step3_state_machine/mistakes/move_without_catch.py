"""Leave a task without a Catch, as the workshop does."""

from course.sandbox import Sandbox
from course.week3.step3_state_machine.mistakes import put, solved


def make(sandbox: Sandbox) -> None:
    """Let an error of MoveToFailed end the execution there."""
    definition = solved(sandbox)
    del definition["States"]["MoveToFailed"]["Catch"]
    put(sandbox, definition)
