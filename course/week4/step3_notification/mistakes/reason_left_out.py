"""Say that it failed, and no more."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week4.step3_notification.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Leave the reason out."""
    reason, message = "failure.get('reason', 'processing_error')", "failure.get('message', '')"
    change_code(sandbox, CODE, {f"{{{reason}}}: {{{message}}}": "{len(failure)}"})
