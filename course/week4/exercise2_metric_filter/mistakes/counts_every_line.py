"""Leave the pattern empty."""

from course.sandbox import Sandbox
from course.week4.exercise2_metric_filter.solve import put_filter


def make(sandbox: Sandbox) -> None:
    """Count every line of the log."""
    put_filter(sandbox, "")
