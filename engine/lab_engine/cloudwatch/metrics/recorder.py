"""Collect data points and write them to CloudWatch's database together.

Recording a data point only appends it to a queue: the invocation or execution must neither wait for
the disk nor fail with it. Readers of metrics flush first, so no data point is missing in an answer.
"""

import logging
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

LOG = logging.getLogger(__name__)

_FLUSH_SECONDS = 5.0
"""Nobody waits for it: whoever reads flushes first."""

MetricDatum = dict[str, Any]
Sink = Callable[[str, str, str, list[MetricDatum]], None]
"""Takes account, region, namespace and the data points."""


@dataclass(frozen=True)
class Source:
    """The account, region, namespace and dimensions of a metric."""

    account: str
    region: str
    namespace: str
    dimensions: tuple[tuple[str, str], ...]


@dataclass
class Recorder:
    """Buffers data points and flushes them together every few seconds."""

    sink: Sink
    _pending: deque[tuple[Source, MetricDatum]] = field(default_factory=deque)
    _flush_lock: threading.Lock = field(default_factory=threading.Lock)
    _wake: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def record(self, source: Source, values: dict[str, float], unit: str) -> None:
        """Record one value for each metric name, with the current time.

        Args:
            source: The source of the metrics.
            values: Metric name to value.
            unit: CloudWatch's name of the unit, such as `Count` or `Milliseconds`.
        """
        now = datetime.now(UTC)
        for name, value in values.items():
            datum: MetricDatum = {
                "MetricName": name,
                "Dimensions": [{"Name": n, "Value": v} for n, v in source.dimensions],
                "Timestamp": now,
                "Value": value,
                "Unit": unit,
            }
            self._pending.append((source, datum))
        self._start_thread()
        self._wake.set()

    def flush(self) -> None:
        """Write the pending data points; if the database fails, log that they are lost."""
        with self._flush_lock:
            batches: dict[tuple[str, str, str], list[MetricDatum]] = defaultdict(list)
            while self._pending:
                source, datum = self._pending.popleft()
                batches[source.account, source.region, source.namespace].append(datum)
            for (account, region, namespace), data in batches.items():
                try:
                    self.sink(account, region, namespace, data)
                except Exception:
                    LOG.exception("lost %d data points of %s", len(data), namespace)

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Write what is pending, and then nothing until the end of the block."""
        self.flush()
        with self._flush_lock:
            yield

    def pending(self) -> list[tuple[str, str, str, MetricDatum]]:
        """Return the pending data points with account, region and namespace."""
        return [
            (source.account, source.region, source.namespace, datum)
            for source, datum in self._pending
        ]

    def discard(self) -> None:
        """Drop the pending data points: the database was replaced."""
        with self._flush_lock:
            self._pending.clear()

    def _start_thread(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="metric-recorder", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            time.sleep(_FLUSH_SECONDS)
            self.flush()
