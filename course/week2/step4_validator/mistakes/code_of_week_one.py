"""Set the environment and forget to deploy the code."""

from course.sandbox import Sandbox
from course.solving import update_code
from course.week1.step3_function.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Leave the code of week 1."""
    update_code(sandbox, "csv-validator", CODE)
