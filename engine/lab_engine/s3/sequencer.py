"""Number S3's events: LocalStack gives every event the same sequencer, AWS gives each its own.

Otherwise the same bytes, put twice at one key within a second, look like one event that was
delivered twice. Source: S3 user guide, "Event message structure": a hexadecimal value that
orders the PUTs and DELETEs of one key, compared as text.
"""

import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

from localstack.services.s3.notifications import BaseNotifier


class Sequencer:
    """Counts upwards from the time of the start, so that numbers grow across restarts."""

    def __init__(self) -> None:
        self._numbers = itertools.count(time.time_ns())
        self._lock = threading.Lock()

    def next(self) -> str:
        """Return a text greater than all before it: 18 hexadecimal digits, as on AWS."""
        with self._lock:
            return f"{next(self._numbers):018X}"


_SEQUENCER = Sequencer()
_describe = BaseNotifier._get_event_payload


def number_event(init: Callable[..., None], self: Any, *args: object, **kwargs: object) -> None:
    """Give an event its number when it happens."""
    init(self, *args, **kwargs)
    self.lab_sequencer = _SEQUENCER.next()


def describe_with_number(ctx: Any, config_id: str) -> dict[str, Any]:
    """Write the event's number into the delivered event."""
    event: dict[str, Any] = _describe(ctx, config_id)
    for record in event["Records"]:
        if "sequencer" in record["s3"]["object"]:
            record["s3"]["object"]["sequencer"] = ctx.lab_sequencer
    return event
