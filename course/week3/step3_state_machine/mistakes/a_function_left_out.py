"""Go on to the next state without looking at the schema."""

from course.sandbox import Sandbox
from course.week3.step3_state_machine.mistakes import put, solved


def make(sandbox: Sandbox) -> None:
    """Leave ValidateSchema out."""
    definition = solved(sandbox)
    del definition["States"]["ValidateSchema"]
    definition["States"]["ParseCSV"]["Next"] = "CheckValidation"
    put(sandbox, definition)
