"""Write the same key again and call it idempotent."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week2.exercise3_once.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Write without looking."""
    change_code(sandbox, CODE, {'IfNoneMatch="*",': ""})
