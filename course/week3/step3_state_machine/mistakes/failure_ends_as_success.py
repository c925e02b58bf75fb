"""End a moved file as a success."""

from course.sandbox import Sandbox
from course.week3.step3_state_machine.mistakes import put, solved


def make(sandbox: Sandbox) -> None:
    """Let MoveToFailed be followed by ProcessingComplete."""
    definition = solved(sandbox)
    states = definition["States"]
    states["MoveToFailed"]["Next"] = "ProcessingComplete"
    del states["CheckOutcome"], states["ValidationFailed"]  # which nothing leads to any more
    put(sandbox, definition)
