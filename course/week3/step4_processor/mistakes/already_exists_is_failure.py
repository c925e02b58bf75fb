"""Take ExecutionAlreadyExists for a failure, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week3.step4_processor.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Report a repetition."""
    caught = "stepfunctions.exceptions.ExecutionAlreadyExists"
    change_code(sandbox, CODE, {caught: "ZeroDivisionError"})
