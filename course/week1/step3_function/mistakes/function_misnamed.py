"""Name the function as its folder is named."""

from course.resources import Resource, remove
from course.sandbox import Sandbox
from course.solving import create_function
from course.week1.step3_function.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Make csv_validator where csv-validator is meant."""
    remove(sandbox, Resource("function", "csv-validator"))
    create_function(sandbox, "csv_validator", CODE)
