"""Take messages one by one, to be careful."""

from course.sandbox import Sandbox
from course.week2.step6_event_source.mistakes import change_source


def make(sandbox: Sandbox) -> None:
    """Hand on one message at a time."""
    change_source(sandbox, BatchSize=1)
