"""Count lines instead of rows."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week1.step3_function.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Count the header too."""
    change_code(sandbox, CODE, {"sum(1 for _ in reader)": "sum(1 for _ in reader) + 1"})
