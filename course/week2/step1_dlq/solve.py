"""Make the queue for messages that nobody could process, before the one that hands them on."""

from typing import Any, Final

from course.sandbox import Sandbox
from course.solving import ensure_queue
from provision.changes import Changes

DLQ: Final = "pipeline-dlq"
A_DAY_SECONDS: Final = 24 * 60 * 60
ATTRIBUTES: Final[dict[str, Any]] = {
    "VisibilityTimeout": 30,
    "MessageRetentionPeriod": 14 * A_DAY_SECONDS,
}


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the dead letter queue is there and keeps messages as long as SQS can."""
    ensure_queue(sandbox, changes, DLQ, ATTRIBUTES)
