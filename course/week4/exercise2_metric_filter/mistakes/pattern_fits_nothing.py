"""Write a pattern for JSON."""

from course.sandbox import Sandbox
from course.solving import ensure_metric_filter
from course.week4.exercise2_metric_filter.solve import GROUP, NAME
from provision.changes import Changes


def make(sandbox: Sandbox) -> None:
    """Look for a field of lines that are no JSON."""
    ensure_metric_filter(sandbox, Changes(), GROUP, NAME, '{ $.event = "file_moved_to_failed" }')
