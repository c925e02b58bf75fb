"""Numbers S3's events: LocalStack gives every event the same sequencer, AWS gives each its own.

Without it the same bytes, put twice at one key within a second, cannot be told from one event that
was delivered twice. Source: S3 user guide, "Event message structure": a hexadecimal value that
orders the PUTs and DELETEs of one key, compared as text.
"""

import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

from localstack.services.s3.notifications import BaseNotifier, S3EventNotificationContext
from localstack.utils.patch import patch


class Sequencer:
    """Counts upwards from the time of the start, so that a restart goes on above what was."""

    def __init__(self) -> None:
        self._numbers = itertools.count(time.time_ns())
        self._lock = threading.Lock()

    def next(self) -> str:
        """A text greater than all before it: 18 hexadecimal digits, as AWS's are."""
        with self._lock:
            return f"{next(self._numbers):018X}"


def install() -> None:
    """Numbers each event when it happens, and writes the number into what is delivered."""
    sequencer = Sequencer()
    describe = BaseNotifier._get_event_payload

    def initialise(init: Callable[..., None], self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        self.lab_sequencer = sequencer.next()

    def numbered(ctx: Any, config_id: str) -> dict[str, Any]:
        event: dict[str, Any] = describe(ctx, config_id)
        for record in event["Records"]:
            if "sequencer" in record["s3"]["object"]:
                record["s3"]["object"]["sequencer"] = ctx.lab_sequencer
        return event

    patch(S3EventNotificationContext.__init__)(initialise)
    patch(describe, pass_target=False)(staticmethod(numbered))
