"""Mind capitals in the extension."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week1.step3_function.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Take .csv in small letters only."""
    change_code(sandbox, CODE, {"key.lower().endswith": "key.endswith"})
