"""Log a rejected file and go on to the next, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week2.step4_validator.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Send messages of good files only."""
    change_code(
        sandbox,
        CODE,
        {
            "    sent = sqs.send_message(": (
                '    if "rejection" in job:\n        return job\n    sent = sqs.send_message('
            )
        },
    )
