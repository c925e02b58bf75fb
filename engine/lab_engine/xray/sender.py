"""Send segments to X-Ray, off the way of the work that they tell of.

The thread is there while there is something to send. A segment goes with the role of the function
or the state machine, and is dropped if that may not send it, as the daemon of AWS does.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lab_engine.iam.tracing import may_send_segments
from lab_engine.xray.documents import BadDocumentError, Document, segment
from lab_engine.xray.storage import TRACES, Traces

LOG = logging.getLogger(__name__)

_MOST_WAITING: Final = 10_000
"""Beyond them the oldest are dropped."""
_EVERY_SECONDS: Final = 0.25


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is told of one invocation or execution.

    Attributes:
        role_arn: The role that sends it.
        account: Where the trace is kept.
        region: As the account.
        documents: Makes the segments; called in the sender's thread.
    """

    role_arn: str
    account: str
    region: str
    documents: Callable[[], list[Document]]


class Sender:
    """Sends parcels in the order in which they come.

    Args:
        may_send: Tells whether a role may send segments.
        traces: Where they go.
        every_seconds: How long they gather.
    """

    def __init__(
        self,
        may_send: Callable[[str], bool],
        traces: Traces = TRACES,
        every_seconds: float = _EVERY_SECONDS,
    ) -> None:
        self._may_send = may_send
        self._traces = traces
        self._every_seconds = every_seconds
        self._waiting: deque[Parcel] = deque(maxlen=_MOST_WAITING)
        self._lock = threading.Lock()
        self.thread: threading.Thread | None = None

    def send(self, parcel: Parcel) -> None:
        """Send a parcel soon."""
        with self._lock:
            self._waiting.append(parcel)
            if self.thread is None:
                self.thread = threading.Thread(target=self._run, name="xray-sender", daemon=True)
                self.thread.start()

    def _run(self) -> None:
        while True:
            time.sleep(self._every_seconds)
            with self._lock:
                parcels = list(self._waiting)
                self._waiting.clear()
                if not parcels:
                    self.thread = None
                    return
            self._deliver(parcels)

    def _deliver(self, parcels: list[Parcel]) -> None:
        allowed: dict[str, bool] = {}
        for parcel in parcels:
            try:
                role = parcel.role_arn
                if role not in allowed:
                    allowed[role] = self._may_send(role)
                if allowed[role]:
                    for document in parcel.documents():
                        self._traces.put(parcel.account, parcel.region, segment(document))
            except BadDocumentError as bad:
                LOG.warning("A segment was not taken: %s", bad.message)
            except Exception:
                LOG.exception("A segment could not be sent")


SENDER: Final = Sender(may_send_segments)
"""The sender of this LocalStack."""
