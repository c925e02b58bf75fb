"""Take the key as the event has it, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week1.step3_function.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Ask S3 for the encoded key."""
    change_code(
        sandbox,
        CODE,
        {
            'unquote_plus(upload["object"]["key"])': 'upload["object"]["key"]',
        },
    )
