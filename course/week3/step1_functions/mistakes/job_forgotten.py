"""Return what was found and forget the job."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week3.step1_functions.solve import code


def make(sandbox: Sandbox) -> None:
    """Leave the job out."""
    change_code(
        sandbox,
        code("parse-csv"),
        {"{**event, **found,": "{**found,"},
    )
