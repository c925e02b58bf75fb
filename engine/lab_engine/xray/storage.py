"""Keep the latest traces of all accounts, within a fixed size."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from lab_engine.xray.documents import Segment

MOST_BYTES: Final = 32 * 1024 * 1024
"""Of all documents together. AWS keeps them for 30 days."""

MOST_BYTES_OF_A_TRACE: Final = 500 * 1024
"""AWS's quota for one trace."""

_BYTES_BESIDE: Final = 300
"""What the keys and objects around a document take."""

type Key = tuple[str, str, str]
"""Account, region and trace id."""


@dataclass(slots=True)
class Trace:
    """The documents of one trace.

    Attributes:
        updated: When the last one came.
        exceeded: Some were not kept, because the trace is too large.
    """

    id: str
    segments: dict[str, Segment] = field(default_factory=dict)
    updated: float = 0.0
    size: int = 0
    exceeded: bool = False

    @property
    def created(self) -> float:
        """The time in its id, which the first service took."""
        return float(int(self.id.split("-")[1], 16))

    @property
    def ended(self) -> float:
        """When the last of its segments ended; 0 if none has."""
        return max((each.end or 0.0 for each in self.segments.values()), default=0.0)

    @property
    def texts(self) -> list[str]:
        """The documents."""
        return [each.text for each in list(self.segments.values())]


class Traces:
    """The traces by account and region.

    Args:
        most_bytes: Of all documents together; the traces that changed longest ago go first.
        clock: Tells the time.
    """

    def __init__(
        self, most_bytes: int = MOST_BYTES, clock: Callable[[], float] = time.time
    ) -> None:
        self._most_bytes = most_bytes
        self._clock = clock
        self._traces: OrderedDict[Key, Trace] = OrderedDict()
        self._lock = threading.Lock()
        self.size = 0

    def put(self, account: str, region: str, segment: Segment) -> None:
        """Keep a segment; one of the same id, which was in progress, is replaced."""
        key = account, region, segment.trace_id
        with self._lock:
            trace = self._traces.setdefault(key, Trace(segment.trace_id))
            before = _size(trace.segments.get(segment.id))
            grows = _size(segment) - before
            if trace.size + grows > MOST_BYTES_OF_A_TRACE:
                trace.exceeded = True
                return
            trace.segments[segment.id] = segment
            trace.size += grows
            trace.updated = self._clock()
            self.size += grows
            self._traces.move_to_end(key)
            while self.size > self._most_bytes:
                _, oldest = self._traces.popitem(last=False)
                self.size -= oldest.size

    def get(self, account: str, region: str, trace_id: str) -> Trace | None:
        """Return a trace."""
        return self._traces.get((account, region, trace_id))

    def of(self, account: str, region: str) -> list[Trace]:
        """Return the traces of an account and region, the latest first."""
        with self._lock:
            found = [trace for key, trace in self._traces.items() if key[:2] == (account, region)]
        return found[::-1]

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._traces.clear()
            self.size = 0


def _size(segment: Segment | None) -> int:
    # In UTF-8 bytes it would be the wire's size; Python keeps most texts with one byte a character.
    return len(segment.text) + _BYTES_BESIDE if segment else 0


TRACES: Final = Traces()
"""The traces of this LocalStack."""
