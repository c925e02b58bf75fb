"""Asynchronous invocations: an event is delivered once, in a burst and while a function changes.

LocalStack's poller receives all events there are, and each then waits for a thread. In a burst that
takes longer than the visibility timeout (the function's timeout and 60 s), those that wait become
visible and are delivered again: 2,000 uploads at once made 4,671 invocations. What a poller has
received is therefore its own until it has handled it or gives it back.

It gives back what it receives in its last long poll, while its version is being replaced, and what
still waits for a thread then. LocalStack drops these: a student who edits csv-validator and uploads
a file at once would wait for a minute and a half.
"""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from localstack.services.lambda_.invocation.event_manager import Poller
from localstack.services.lambda_.invocation.internal_sqs_queue import get_fake_sqs_client

if TYPE_CHECKING:
    from concurrent.futures import Future

LOG = logging.getLogger(__name__)

# As in LocalStack: the long poll and its batch.
WAIT_S = 2
BATCH = 10

VISIBILITY_S = 12 * 3600
"""The longest that SQS knows. Nothing is lost by it: the queue is in this process's memory, as the
events of its only poller are."""


def event_manager_when_ready(get_manager: Callable[..., Any], self: Any, function_arn: str) -> Any:
    """Wait while a new version's manager takes its place: it has no queue before it is started."""
    with self.lambda_version_manager_lock:
        return get_manager(self, function_arn)


def poll(poller: Poller, *_args: Any, **_kwargs: Any) -> None:
    """Hands events to the poller's threads until it is stopped; gives back what comes too late."""
    while not poller._shutdown_event.is_set():
        try:
            messages = _receive(poller)
        except Exception:  # the loop must outlive whatever happens to its queue
            if poller._shutdown_event.is_set():
                return
            LOG.exception("Receiving asynchronous events failed: %s", poller.event_queue_url)
            time.sleep(1)
            continue
        for message in messages:
            _hand_over(poller, message)


def _receive(poller: Poller) -> list[dict[str, Any]]:
    answer = get_fake_sqs_client().receive_message(
        QueueUrl=poller.event_queue_url,
        WaitTimeSeconds=WAIT_S,
        MaxNumberOfMessages=BATCH,
        VisibilityTimeout=VISIBILITY_S,
    )
    return answer.get("Messages") or []


def _hand_over(poller: Poller, message: dict[str, Any]) -> None:
    try:
        future = poller.invoker_pool.submit(poller.handle_message, message)
    except RuntimeError:  # the pool was shut down meanwhile
        _give_back(poller.event_queue_url, message)
    else:
        future.add_done_callback(partial(_give_back_if_cancelled, poller.event_queue_url, message))


def _give_back_if_cancelled(
    queue_name: str, message: dict[str, Any], future: "Future[None]"
) -> None:
    if future.cancelled():
        _give_back(queue_name, message)


def _give_back(queue_name: str, message: dict[str, Any]) -> None:
    try:
        queue = get_fake_sqs_client().queue_manager.get_queue(queue_name)
    except ValueError:
        return  # the function was deleted, and its queue with it
    queue.update_visibility_timeout(message["ReceiptHandle"], 0)
