"""Stop LocalStack at once.

Its state ends with the process, so only the functions' processes need to be ended. A stop took 2.7
s, nearly all of it for two things: LocalStack joins each function's poller of asynchronous events,
which is in a long poll of 2 s; and Python collects garbage although the system frees the memory
anyway.
"""

import gc
from collections.abc import Callable
from typing import Any

from localstack.runtime.shutdown import ON_AFTER_SERVICE_SHUTDOWN_HANDLERS
from localstack.services.lambda_.invocation.internal_sqs_queue import get_fake_sqs_client


def skip_last_collection() -> None:
    """Skip Python's garbage collection at the end."""
    ON_AFTER_SERVICE_SHUTDOWN_HANDLERS.register(gc.freeze)


def end_long_polls(stop: Callable[..., None], self: Any) -> None:
    """End the long polls of asynchronous events with Lambda."""
    for queue in list(get_fake_sqs_client().queue_manager.queues.values()):
        queue.shutdown()
    stop(self)
