"""Count good and rejected files in one metric."""

from course.sandbox import Sandbox
from course.week1.exercise2_metric.solve import ensure_filter
from provision.changes import Changes


def make(sandbox: Sandbox) -> None:
    """Let FilesValid match both events."""
    ensure_filter(
        sandbox,
        Changes(),
        "FilesValid",
        '?"file_validated" ?"file_rejected"',
    )
