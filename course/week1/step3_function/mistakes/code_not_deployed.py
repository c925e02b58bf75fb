"""Edit the code and forget to deploy it."""

from course.sandbox import Sandbox
from course.solving import update_code
from course.week1.step3_function.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Leave the code that the function began with."""
    update_code(sandbox, "csv-validator", CODE.parents[1] / "starter" / CODE.name)
