"""Copy the state that mails and change its name only."""

from course.sandbox import Sandbox
from course.state_machines import read_definition
from course.week3.step3_state_machine.mistakes import put
from course.week4.step4_state_machine.solve import DEFINITION


def make(sandbox: Sandbox) -> None:
    """Tell failures as successes."""
    definition = read_definition(sandbox, DEFINITION)
    states = definition["States"]
    states["SendFailureNotification"]["Parameters"]["outcome"] = "success"
    put(sandbox, definition)
