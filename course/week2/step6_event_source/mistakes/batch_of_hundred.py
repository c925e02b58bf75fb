"""Take as many messages as Lambda allows without thinking of the timeout."""

from course.sandbox import Sandbox
from course.week2.step6_event_source.mistakes import change_source


def make(sandbox: Sandbox) -> None:
    """Hand on a hundred messages at a time."""
    change_source(sandbox, BatchSize=100, MaximumBatchingWindowInSeconds=10)
