"""Asynchronous events that arrive while a function is being changed: the new version gets them.

LocalStack's poller of the old version may still be in its long poll when the version is replaced.
What it receives then, it drops, and so do the invocations that still wait for a thread: the event
comes back only when its visibility timeout is over, the function's timeout and 60 s later. A
student who edits csv-validator and uploads a file at once would wait for a minute and a half.
"""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from localstack.services.lambda_.invocation.event_manager import Poller
from localstack.services.lambda_.invocation.internal_sqs_queue import get_fake_sqs_client
from localstack.utils.patch import patch

if TYPE_CHECKING:
    from concurrent.futures import Future

LOG = logging.getLogger(__name__)

# As in LocalStack: the long poll, its batch, and how long a received event stays out of sight.
WAIT_S = 2
BATCH = 10
VISIBILITY_MARGIN_S = 60


def install() -> None:
    """Replaces the poller's loop."""

    @patch(Poller.run)  # type: ignore[untyped-decorator]
    def run(_proceed: Callable[..., None], self: Poller, *_args: Any, **_kwargs: Any) -> None:
        poll(self)


def poll(poller: Poller) -> None:
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
        VisibilityTimeout=poller.version_manager.function_version.config.timeout
        + VISIBILITY_MARGIN_S,
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
