"""Make the event source and leave it disabled."""

from course.sandbox import Sandbox
from course.week2.step6_event_source.mistakes import change_source


def make(sandbox: Sandbox) -> None:
    """Switch the event source off."""
    change_source(sandbox, Enabled=False)
