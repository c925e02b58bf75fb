"""Check schema and size at the same time, in a Parallel state."""

from pathlib import Path
from typing import Final

from course.sandbox import Sandbox
from course.solving import Function, ensure_function
from course.state_machines import ensure_state_machine, read_definition
from course.week3.step1_functions.solve import SIZES
from course.week3.step2_policy.solve import MACHINE, MACHINE_ROLE, ensure_machine_role
from provision.changes import Changes

SOLUTION: Final = Path(__file__).parent / "solution"
DEFINITION: Final = SOLUTION / "workflow" / f"{MACHINE}.asl.json"
FUNCTION: Final = "check-file-size"


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards both checks run side by side."""
    ensure_function(sandbox, changes, Function(SOLUTION / "check_file_size", 25, 128))
    ensure_machine_role(sandbox, changes, *SIZES, FUNCTION)
    definition = read_definition(sandbox, DEFINITION)
    ensure_state_machine(sandbox, changes, MACHINE, definition, MACHINE_ROLE)
