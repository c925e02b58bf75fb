"""Skip bad rows and say nothing, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week3.step1_functions.solve import code


def make(sandbox: Sandbox) -> None:
    """Tell nobody how many rows were bad."""
    change_code(
        sandbox,
        code("transform-data"),
        {'"rejected_rows": len(rejected),': ""},
    )
