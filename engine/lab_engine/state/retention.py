"""What AWS forgets as time goes by is forgotten when a state is brought back.

A lab of several weeks is stopped now and then, so that is often enough. Messages in queues stay
however old they are: a lab may rest for a month, and each upload must reach its outcome all the
same.

Sources: "Working with log groups and log streams" (PutRetentionPolicy; without one, lines stay) in
the CloudWatch Logs user guide; "Quotas related to state machine executions" in the Step Functions
developer guide (the history of an execution that has ended stays for 90 days).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

_EXECUTIONS_STAY = timedelta(days=90)


def forget_lines(groups: Iterable[Any], now: datetime) -> int:
    """Forget the lines that are older than their log group keeps them.

    Args:
        groups: moto's log groups.
        now: With its time zone.

    Returns:
        How many lines that were.
    """
    forgotten = 0
    for group in groups:
        if not group.retention_in_days:
            continue
        oldest = now - timedelta(days=int(group.retention_in_days))
        for stream in group.streams.values():
            forgotten += _shorten(stream, oldest.timestamp() * 1000)
    return forgotten


def _shorten(stream: Any, oldest_ms: float) -> int:
    kept = [event for event in stream.events if event.timestamp >= oldest_ms]
    forgotten = len(stream.events) - len(kept)
    stream.events = kept
    return forgotten


def forget_executions(executions: dict[str, Any], now: datetime) -> int:
    """Forget the executions that ended longer ago than Step Functions keeps them.

    Args:
        executions: Those of a store, by their ARNs.
        now: With its time zone.

    Returns:
        How many that were.

    Raises:
        TypeError: An execution did not end at a time with its zone.
    """
    oldest = now - _EXECUTIONS_STAY
    old = [arn for arn, each in executions.items() if each.stop_date and each.stop_date < oldest]
    for arn in old:
        del executions[arn]
    return len(old)
