"""Write a pattern for JSON."""

from course.sandbox import Sandbox
from course.week4.exercise2_metric_filter.solve import put_filter


def make(sandbox: Sandbox) -> None:
    """Look for a field of lines that are no JSON."""
    put_filter(sandbox, '{ $.event = "file_moved_to_failed" }')
