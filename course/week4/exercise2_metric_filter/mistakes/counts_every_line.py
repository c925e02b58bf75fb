"""Leave the pattern empty."""

from course.sandbox import Sandbox
from course.solving import ensure_metric_filter
from course.week4.exercise2_metric_filter.solve import GROUP, NAME
from provision.changes import Changes


def make(sandbox: Sandbox) -> None:
    """Count every line of the log."""
    ensure_metric_filter(sandbox, Changes(), GROUP, NAME, "")
