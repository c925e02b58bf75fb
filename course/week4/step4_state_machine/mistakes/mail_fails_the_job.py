"""Catch a mail's error and call the job failed."""

from course.sandbox import Sandbox
from course.state_machines import read_definition
from course.week3.step3_state_machine.mistakes import put
from course.week4.step4_state_machine.solve import DEFINITION


def make(sandbox: Sandbox) -> None:
    """Lead the Catch to HandleError."""
    definition = read_definition(sandbox, DEFINITION)
    states = definition["States"]
    for catch in states["SendSuccessNotification"]["Catch"]:
        catch["Next"] = "HandleError"
    put(sandbox, definition)
