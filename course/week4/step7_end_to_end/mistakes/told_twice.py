"""Send a mail in two states of one way."""

from course.sandbox import Sandbox
from course.state_machines import read_definition
from course.week3.step3_state_machine.mistakes import put
from course.week4.step4_state_machine.solve import DEFINITION


def make(sandbox: Sandbox) -> None:
    """Tell of a success twice."""
    definition = read_definition(sandbox, DEFINITION)
    states = definition["States"]
    again = {**states["SendSuccessNotification"]}
    states["SendSuccessNotification"]["Next"] = "SendOnceMore"
    states["SendOnceMore"] = again
    put(sandbox, definition)
