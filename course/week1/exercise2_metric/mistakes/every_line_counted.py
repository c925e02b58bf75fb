"""Leave the filter's pattern empty."""

from course.sandbox import Sandbox
from course.week1.exercise2_metric.solve import ensure_filter
from provision.changes import Changes


def make(sandbox: Sandbox) -> None:
    """Let FilesValid match every line."""
    ensure_filter(sandbox, Changes(), "FilesValid", "")
