"""Raise out of the loop."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week3.step4_processor.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Let one message fail the whole batch."""
    change_code(
        sandbox,
        CODE,
        {'failures.append({"itemIdentifier": record["messageId"]})': "raise"},
    )
