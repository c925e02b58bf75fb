"""Let PreconditionFailed be an error like any other."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week2.exercise3_once.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Report what is done already as failed."""
    change_code(sandbox, CODE, {'!= "PreconditionFailed"': '!= "never"'})
