"""Leave the Map for later."""

from course.sandbox import Sandbox
from course.state_machines import read_definition
from course.week3.exercise3_map.solve import DEFINITION
from course.week3.step3_state_machine.mistakes import put


def make(sandbox: Sandbox) -> None:
    """Go on without the products."""
    definition = read_definition(sandbox, DEFINITION)
    states = definition["States"]
    del states["SummariseProducts"], states["ListProducts"]
    states["CheckTransform"]["Choices"][0]["Next"] = "ProcessingComplete"
    put(sandbox, definition)
