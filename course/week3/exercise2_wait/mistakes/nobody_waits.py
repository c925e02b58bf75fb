"""Look at a field that is not there."""

from course.sandbox import Sandbox
from course.state_machines import read_definition
from course.week3.exercise2_wait.solve import DEFINITION
from course.week3.step3_state_machine.mistakes import put


def make(sandbox: Sandbox) -> None:
    """Ask for a size that nobody adds."""
    definition = read_definition(sandbox, DEFINITION)
    states = definition["States"]
    for rule in states["IsTheFileLarge"]["Choices"][0]["And"]:
        rule["Variable"] = "$.size_bytes"
    put(sandbox, definition)
