"""Log a file only when all went well."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week1.step3_function.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Leave out file_received."""
    change_code(sandbox, CODE, {'    report("file_received", key)': "    "})
