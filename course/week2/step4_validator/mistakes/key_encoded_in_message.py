"""Decode the key for reading and send the event's own."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week2.step4_validator.solve import CODE


def make(sandbox: Sandbox) -> None:
    """Send the key as the event has it."""
    change_code(
        sandbox,
        CODE,
        {'"source_key": key,': '"source_key": upload["object"]["key"],'},
    )
