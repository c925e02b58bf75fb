"""Two metric filters on the log of csv-validator: no new permission, the code stays as it is."""

from typing import Final

from course.evidence import log_group
from course.sandbox import Sandbox
from course.solving import ensure_log_group, ensure_metric_filter
from provision.changes import Changes

GROUP: Final = log_group("csv-validator")
FILTERS: Final = {"FilesValid": "file_validated", "FilesRejected": "file_rejected"}


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards each file counts in one of two metrics."""
    ensure_log_group(sandbox, changes, GROUP)
    for metric, event in FILTERS.items():
        # A term, not `{ $.event = ... }`: logger.info writes level and time before its JSON.
        ensure_filter(sandbox, changes, metric, f'"{event}"')


def ensure_filter(sandbox: Sandbox, changes: Changes, metric: str, pattern: str) -> None:
    """Afterwards a metric counts the lines of csv-validator that match a pattern."""
    ensure_metric_filter(sandbox, changes, GROUP, metric, pattern)
