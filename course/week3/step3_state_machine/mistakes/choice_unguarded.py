"""Compare a field that may not be there, as the workshop does."""

from course.sandbox import Sandbox
from course.week3.step3_state_machine.mistakes import put, solved


def make(sandbox: Sandbox) -> None:
    """Ask for schema_valid without IsPresent."""
    definition = solved(sandbox)
    choice = definition["States"]["CheckValidation"]
    choice["Choices"] = [
        {"Variable": "$.schema_valid", "BooleanEquals": True, "Next": "TransformData"}
    ]
    put(sandbox, definition)
