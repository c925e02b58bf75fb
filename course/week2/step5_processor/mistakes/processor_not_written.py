"""Make the function and leave its code for later."""

from course.sandbox import Sandbox
from course.solving import update_code
from course.week2.step5_processor.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Leave the code that the function began with."""
    update_code(sandbox, "csv-processor", CODE.parents[1] / "starter" / CODE.name)
