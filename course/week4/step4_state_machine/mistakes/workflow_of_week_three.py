"""Write the new definition and forget to update the state machine."""

from course.sandbox import Sandbox
from course.week3.step3_state_machine.mistakes import put, solved


def make(sandbox: Sandbox) -> None:
    """Leave the definition of week 3."""
    put(sandbox, solved(sandbox))
