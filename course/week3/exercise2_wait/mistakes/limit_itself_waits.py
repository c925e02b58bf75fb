"""Take the limit itself for above it."""

from course.sandbox import Sandbox
from course.state_machines import read_definition
from course.week3.exercise2_wait.solve import DEFINITION
from course.week3.step3_state_machine.mistakes import put


def make(sandbox: Sandbox) -> None:
    """Let a file of exactly 1 MiB wait."""
    definition = read_definition(sandbox, DEFINITION)
    states = definition["States"]
    rule = states["IsTheFileLarge"]["Choices"][0]["And"][1]
    rule["NumericGreaterThanEquals"] = rule.pop("NumericGreaterThan")
    put(sandbox, definition)
