"""Use lambda:invoke and hand on its whole answer."""

from course.sandbox import Sandbox
from course.week3.step3_state_machine.mistakes import put, solved


def make(sandbox: Sandbox) -> None:
    """Leave OutputPath out."""
    definition = solved(sandbox)
    task = definition["States"]["ParseCSV"]
    function = task["Resource"]
    task["Resource"] = "arn:aws:states:::lambda:invoke"
    task["Parameters"] = {"FunctionName": function, "Payload.$": "$"}
    put(sandbox, definition)
