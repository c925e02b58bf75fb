"""Take every file for a CSV."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week1.step3_function.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Leave out the look at the extension."""
    change_code(
        sandbox,
        CODE,
        {
            'not key.lower().endswith(".csv")': "not key",
        },
    )
