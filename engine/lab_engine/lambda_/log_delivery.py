"""Deliver a function's log to CloudWatch Logs: every event whole, and none lost at the end.

LocalStack's own delivery makes a log event of every line, where AWS keeps a stack trace or a
message logged in several lines together; it drops what is still queued when a function is updated
or deleted; and it creates the log group before every new stream, which a role may not be allowed.
"""

from __future__ import annotations

import contextlib
import logging
import time
from queue import Empty
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from localstack.aws.connect import connect_to
from localstack.services.lambda_.invocation.logs import QUEUE_SHUTDOWN, LogItem
from localstack.utils.aws.client_types import ServicePrincipal

from lab_engine.lambda_.invocation_log import InvocationLog, log_events

if TYPE_CHECKING:
    from queue import Queue

LOG = logging.getLogger(__name__)

EVENTS_PER_CALL = 10_000
"""PutLogEvents takes no more."""

RETRY_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 8})
"""Retry for half a minute if CloudWatch Logs throttles or fails: metrics depend on the log."""

SECONDS_BETWEEN_CALLS = 1.0
"""The first log is delivered at once; in a burst one call for each stream delivers a second."""


def run_log_loop(self: Any, *_args: object) -> None:
    """Deliver logs until the queue ends, in place of the loop of LocalStack's thread."""
    logs = connect_to.with_assumed_role(
        region_name=self.region,
        role_arn=self.role_arn,
        service_principal=ServicePrincipal.lambda_,
        config=RETRY_CONFIG,
    ).logs
    is_open, next_call = True, 0.0
    while is_open:
        items, is_open = take_batch(self.log_queue, next_call)
        next_call = time.monotonic() + SECONDS_BETWEEN_CALLS
        for item in merge_streams(items):
            try:
                deliver(logs, item)
            except Exception as error:  # noqa: BLE001 - the next invocation's log still counts
                LOG.warning("Error saving logs to group %s: %s", item.log_group, error)


def take_batch(logs: Queue[Any], until: float) -> tuple[list[LogItem], bool]:
    """Wait for a log and take all that arrive before a deadline.

    Args:
        logs: LocalStack's queue of one function's logs.
        until: The deadline, in the seconds of `time.monotonic()`.

    Returns:
        The logs, and False at the end of the queue.
    """
    items = [logs.get()]
    with contextlib.suppress(Empty):
        while items[-1] is not QUEUE_SHUTDOWN:
            left = until - time.monotonic()
            items.append(logs.get(timeout=left) if left > 0 else logs.get_nowait())
    is_open = items[-1] is not QUEUE_SHUTDOWN
    return items if is_open else items[:-1], is_open


def merge_streams(items: list[LogItem]) -> list[LogItem]:
    """Join the logs of each stream, in their order."""
    streams: dict[tuple[str, str], list[str]] = {}
    for item in items:
        events = streams.setdefault((item.log_group, item.log_stream), [])
        events += log_events(item.logs)
    return [LogItem(*stream, InvocationLog(events)) for stream, events in streams.items()]


def deliver(logs: Any, item: LogItem) -> None:
    """Store the log of one stream, in order."""
    timestamp = int(time.time() * 1000)
    events = [{"timestamp": timestamp, "message": event} for event in log_events(item.logs)]
    for first in range(0, len(events), EVENTS_PER_CALL):
        put_log_events(logs, item, events[first : first + EVENTS_PER_CALL])


def put_log_events(logs: Any, item: LogItem, events: list[dict[str, Any]]) -> None:
    """Store events; make the stream if it does not exist."""
    stream = {"logGroupName": item.log_group, "logStreamName": item.log_stream}
    try:
        logs.put_log_events(**stream, logEvents=events)
    except logs.exceptions.ResourceNotFoundException:
        create_stream(logs, stream)
        logs.put_log_events(**stream, logEvents=events)


def create_stream(logs: Any, stream: dict[str, str]) -> None:
    """Make a log stream, and its group only if that does not exist either.

    So a role without logs:CreateLogGroup can log into an existing group, as on AWS.
    """
    try:
        logs.create_log_stream(**stream)
    except logs.exceptions.ResourceNotFoundException:
        with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_group(logGroupName=stream["logGroupName"])
        logs.create_log_stream(**stream)
