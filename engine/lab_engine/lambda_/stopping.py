"""LocalStack ends at once: it waits for nobody who has nothing more to do.

Everything it holds is gone when it ends, so all there is to end are the functions' processes. It
took 2.7 s, nearly all of it for two things: at the stop it joins each function's poller of
asynchronous events, and that sits in a long poll of 2 s; and Python looks for garbage among all
that LocalStack ever made before the system takes the memory anyway.
"""

import gc
from collections.abc import Callable
from typing import Any

from localstack.runtime.shutdown import ON_AFTER_SERVICE_SHUTDOWN_HANDLERS
from localstack.services.lambda_.invocation.internal_sqs_queue import get_fake_sqs_client


def skip_last_collection() -> None:
    """Let Python look for no garbage at the end."""
    ON_AFTER_SERVICE_SHUTDOWN_HANDLERS.register(gc.freeze)


def end_long_polls(stop: Callable[..., None], self: Any) -> None:
    """End the long polls of asynchronous events with Lambda."""
    for queue in list(get_fake_sqs_client().queue_manager.queues.values()):
        queue.shutdown()
    stop(self)
