"""Set the environment and forget to deploy the code."""

from course.sandbox import Sandbox
from course.solving import update_code
from course.week2.step5_processor.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Leave the code of week 2."""
    update_code(sandbox, "csv-processor", CODE)
