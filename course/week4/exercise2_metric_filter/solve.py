"""Count the files that failed from the log of move-to-failed."""

from typing import Final

from course.evidence import log_group
from course.sandbox import Sandbox
from course.solving import ensure_log_group, ensure_metric_filter
from provision.changes import Changes

GROUP: Final = log_group("move-to-failed")
NAME: Final = "FilesFailed"
PATTERN: Final = '"file_moved_to_failed"'


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards each file that failed counts once."""
    ensure_log_group(sandbox, changes, GROUP)
    ensure_metric_filter(sandbox, changes, GROUP, NAME, PATTERN)
