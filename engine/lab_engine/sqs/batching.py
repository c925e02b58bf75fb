"""Gather batches over the batch window and keep several of them in flight.

Source: "Batching behavior" and "Configuring maximum concurrency" in the Lambda developer guide: a
batch is sent when it is full, when the window since its first message is over, or at once without
a window; the pollers start with five concurrent invocations. Here they are also bounded by the
machine's cores: each batch starts up to five executions, and on two cores more than two batches at
a time only make processes compete (74 environments instead of 15, measured).
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from localstack.services.lambda_.event_source_mapping.pollers.sqs_poller import (
    DEFAULT_MAX_RECEIVE_COUNT,
    SqsPoller,
)

LOG = logging.getLogger(__name__)

_INITIAL_CONCURRENCY = 5
_IDLE_WAIT_SECONDS = 5
"""One long poll; a mapping that is deleted or changed may keep polling as long."""
_SHORT_POLL_SECONDS = 0.1


class BatchSlots:
    """Limits how many batches of one mapping are processed at a time; owns their threads."""

    def __init__(self, concurrency: int) -> None:
        self._free = threading.BoundedSemaphore(concurrency)
        self._threads = ThreadPoolExecutor(concurrency, thread_name_prefix="sqs-batch")

    def acquire(self) -> None:
        """Wait for a free slot."""
        self._free.acquire()

    def release(self) -> None:
        """Free a slot whose poll found no messages."""
        self._free.release()

    def process(self, handle: Callable[[list[Any]], None], messages: list[Any]) -> None:
        """Process a batch in the slot that was acquired, then free the slot."""

        def run() -> None:
            try:
                handle(messages)
            except Exception as error:  # noqa: BLE001 - the messages become visible again
                LOG.warning("a batch of %d messages failed: %s", len(messages), error)
            finally:
                self._free.release()

        self._threads.submit(run)

    def close(self) -> None:
        """Take no more batches; those in flight end by themselves."""
        self._threads.shutdown(wait=False)


def concurrency(maximum: int | None, cores: int) -> int:
    """Return how many batches to keep in flight.

    Args:
        maximum: The mapping's MaximumConcurrency, if it is set.
        cores: The number of cores of this machine.
    """
    return min(maximum or _INITIAL_CONCURRENCY, max(2, cores))


def give_slots(get_worker: Callable[..., Any], self: Any) -> Any:
    """Give a new poller of a queue the slots that bound its batches."""
    worker = get_worker(self)
    if isinstance(worker.poller, SqsPoller):
        maximum = self.esm_config.get("ScalingConfig", {}).get("MaximumConcurrency")
        worker.poller.lab_slots = BatchSlots(concurrency(maximum, os.cpu_count() or 1))
        worker.poller.lab_is_stopped = worker._shutdown_event.is_set
    return worker


def close_slots(close: Callable[..., None], self: Any) -> None:
    """Close a poller with its slots."""
    if slots := getattr(self, "lab_slots", None):
        slots.close()
    close(self)


def poll_in_slots(poll_events: Callable[..., None], self: Any) -> None:
    """Gather one batch and process it in a slot; leave FIFO queues to LocalStack."""
    slots = getattr(self, "lab_slots", None)
    if slots is None or self.is_fifo_queue:
        poll_events(self)
        return
    slots.acquire()  # before receiving: a message must not wait invisibly for a slot
    if self.lab_is_stopped():  # meanwhile; its successor receives from now on
        slots.release()
        return
    try:
        messages = list(_gather(self))
    except BaseException:
        slots.release()
        raise
    if messages:
        slots.process(self.handle_messages, messages)
    else:
        slots.release()


def _gather(poller: Any) -> Iterator[dict[str, Any]]:
    """Yield one batch; nothing when the queue stays empty for one long poll."""
    missing = poller.batch_size
    first = _receive(poller, missing, _IDLE_WAIT_SECONDS)
    yield from first
    missing -= len(first)
    deadline = time.monotonic() + poller.maximum_batching_window
    while first and missing > 0 and (remaining := deadline - time.monotonic()) > 0:
        if poller.lab_is_stopped():
            return
        more = _receive(poller, missing, min(int(remaining), _IDLE_WAIT_SECONDS))
        yield from more
        missing -= len(more)
        if not more and remaining < 1:  # a long poll takes whole seconds
            time.sleep(min(remaining, _SHORT_POLL_SECONDS))


def _receive(poller: Any, count: int, wait_seconds: int) -> list[dict[str, Any]]:
    answer = poller.source_client.receive_message(
        QueueUrl=poller.queue_url,
        MaxNumberOfMessages=min(count, DEFAULT_MAX_RECEIVE_COUNT),
        WaitTimeSeconds=wait_seconds,
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["All"],
    )
    messages: list[dict[str, Any]] = answer.get("Messages", [])
    return messages
