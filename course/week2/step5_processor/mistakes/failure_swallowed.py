"""Log an error and go on."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week2.step5_processor.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Report no failure."""
    change_code(
        sandbox,
        CODE,
        {'failures.append({"itemIdentifier": record["messageId"]})': "pass"},
    )
