"""Make a file of a thousand lines, its header among them."""

from course.evidence import log_group
from course.resources import Resource, remove
from course.sandbox import Sandbox
from course.week1.exercise3_long_file.solve import FUNCTION, upload_and_wait


def make(sandbox: Sandbox) -> None:
    """Upload 999 rows."""
    remove(sandbox, Resource("log group", log_group(FUNCTION)))
    upload_and_wait(sandbox, 999)
