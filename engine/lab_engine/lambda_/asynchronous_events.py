"""Asynchronous invocations: an event is delivered once, in a burst and while a function changes.

LocalStack's poller receives all events there are, and each then waits for a thread. In a burst that
takes longer than the visibility timeout (the function's timeout and 60 s), waiting events become
visible and are delivered again: 2,000 uploads at once made 4,671 invocations. Here an event stays
invisible until its poller has handled it or returns it.

A poller whose version is replaced returns the events of its last long poll and those that still
wait for a thread. LocalStack drops them: a student who edits csv-validator and uploads a file at
once would wait for a minute and a half.
"""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from localstack.services.lambda_.invocation.internal_sqs_queue import get_fake_sqs_client

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from localstack.services.lambda_.invocation.event_manager import Poller

LOG = logging.getLogger(__name__)

WAIT_SECONDS = 2
"""One long poll, as in LocalStack."""

BATCH = 10
"""How many events one poll takes at most, as in LocalStack."""

VISIBILITY_SECONDS = 12 * 3600
"""The maximum of SQS. Nothing is lost: the queue is in this process's memory, as its poller is."""


def event_manager_when_ready(get_manager: Callable[..., Any], self: Any, function_arn: str) -> Any:
    """Wait while a new version's manager is set up: it has no queue before it is started."""
    with self.lambda_version_manager_lock:
        return get_manager(self, function_arn)


def poll(poller: Poller, *_args: object, **_kwargs: object) -> None:
    """Pass events to the poller's threads until it is stopped; return those that come too late."""
    while not poller._shutdown_event.is_set():
        try:
            messages = _receive(poller)
        except Exception:  # no error of the queue may end the loop
            if poller._shutdown_event.is_set():
                return
            LOG.exception("Receiving asynchronous events failed: %s", poller.event_queue_url)
            time.sleep(1)
            continue
        for message in messages:
            _pass_on(poller, message)


def _receive(poller: Poller) -> list[dict[str, Any]]:
    answer = get_fake_sqs_client().receive_message(
        QueueUrl=poller.event_queue_url,
        WaitTimeSeconds=WAIT_SECONDS,
        MaxNumberOfMessages=BATCH,
        VisibilityTimeout=VISIBILITY_SECONDS,
    )
    return answer.get("Messages") or []


def _pass_on(poller: Poller, message: dict[str, Any]) -> None:
    try:
        future = poller.invoker_pool.submit(poller.handle_message, message)
    except RuntimeError:  # the pool was shut down meanwhile
        _return_to_queue(poller.event_queue_url, message)
    else:
        future.add_done_callback(partial(_return_if_cancelled, poller.event_queue_url, message))


def _return_if_cancelled(queue_name: str, message: dict[str, Any], future: Future[None]) -> None:
    if future.cancelled():
        _return_to_queue(queue_name, message)


def _return_to_queue(queue_name: str, message: dict[str, Any]) -> None:
    try:
        queue = get_fake_sqs_client().queue_manager.get_queue(queue_name)
    except ValueError:
        return  # the function was deleted, and its queue with it
    queue.update_visibility_timeout(message["ReceiptHandle"], 0)
