"""Cut the subject at 100 characters, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week4.step3_notification.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Send a subject that is too long by one."""
    change_code(
        sandbox,
        CODE,
        {"MOST_CHARACTERS = 99": "MOST_CHARACTERS = 100"},
    )
