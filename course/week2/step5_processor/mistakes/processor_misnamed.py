"""Name the function as its folder is named."""

from course.resources import Resource, remove
from course.sandbox import Sandbox
from course.solving import create_function
from course.week2.step5_processor.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Make csv_processor where csv-processor is meant."""
    remove(sandbox, Resource("function", "csv-processor"))
    create_function(sandbox, "csv_processor", CODE)
