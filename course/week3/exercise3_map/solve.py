"""Summarise each product in an iteration of its own, in a Map state."""

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


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards every execution ends with one sum a product."""
    for folder in ("list_products", "summarise_product"):
        ensure_function(sandbox, changes, Function(SOLUTION / folder, 55, 256))
    ensure_machine_role(sandbox, changes, *SIZES, "list-products", "summarise-product")
    definition = read_definition(sandbox, DEFINITION)
    ensure_state_machine(sandbox, changes, MACHINE, definition, MACHINE_ROLE)
