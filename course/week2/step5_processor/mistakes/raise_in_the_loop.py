"""Log an error and raise it again, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week2.step5_processor.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Let one message fail the whole batch."""
    change_code(
        sandbox,
        CODE,
        {'failures.append({"itemIdentifier": record["messageId"]})': "raise"},
    )
