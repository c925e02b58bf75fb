"""Lambda reads a shard once a second.

That is AWS's base rate (Lambda developer guide, "Using Lambda to process records from Amazon
Kinesis Data Streams"). LocalStack waits between two reads as it does for queues, which the lab lets
ask at once again, because a long poll waits by itself. A stream answers at once.
"""

import time
from collections.abc import Callable
from typing import Any, Final

_EVERY_SECONDS: Final = 1.0


def read_once_a_second(poll_events: Callable[..., None], self: Any) -> None:
    """Wait for the shard's turn, then read it; or return, when the event source is stopped."""
    waits = getattr(self, "lab_next_read", 0.0) - time.monotonic()
    if waits > 0 and self._is_shutdown.wait(waits):
        return
    # One shard is read each time, the next one the next time.
    self.lab_next_read = time.monotonic() + _EVERY_SECONDS / max(len(self.shards), 1)
    poll_events(self)
