"""Events of asynchronous invocations that wait in a burst are delivered once each."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

from localstack.services.lambda_.invocation.internal_sqs_queue import get_fake_sqs_client

from lab_engine.lambda_.asynchronous_events import poll
from tests.engine.waiting import wait_for

HOUR_SECONDS = 3600


class BusyPoller:
    """LocalStack's poller of one function, with two threads that are busy until told otherwise."""

    def __init__(self, queue: str) -> None:
        self.event_queue_url = queue
        self.version_manager = SimpleNamespace(
            function_version=SimpleNamespace(config=SimpleNamespace(timeout=30))
        )
        self.invoker_pool = ThreadPoolExecutor(2)
        self.handled: list[str] = []
        self.may_go_on = threading.Event()
        self._shutdown_event = threading.Event()

    def handle_message(self, message: dict[str, Any]) -> None:
        """Handles an event as LocalStack does: it leaves its queue in any case."""
        self.handled.append(message["Body"])
        self.may_go_on.wait()
        get_fake_sqs_client().delete_message(self.event_queue_url, message["ReceiptHandle"])

    def stop(self) -> None:
        self.may_go_on.set()
        self._shutdown_event.set()
        self.invoker_pool.shutdown(cancel_futures=True)


def test_events_of_a_burst_that_wait_for_an_hour_are_delivered_once() -> None:
    client = get_fake_sqs_client()
    name = client.create_queue("burst")["QueueUrl"]
    events = [str(number) for number in range(30)]
    for event in events:
        client.send_message(name, event)
    poller = BusyPoller(name)
    with ThreadPoolExecutor(1) as polling:
        polling.submit(poll, poller)
        try:
            wait_for("two busy threads", lambda: len(poller.handled) == 2)
            let_it_receive()
            let_an_hour_pass(name)
            let_it_receive()
            poller.may_go_on.set()
            wait_for("all events", lambda: set(poller.handled) == set(events))
            wait_for("an empty queue", lambda: is_empty(name))
            poller.invoker_pool.submit(lambda: None).result()  # what was received before it is over
        finally:
            poller.stop()
            client.delete_queue(name)

    assert Counter(poller.handled) == Counter(events)


def let_it_receive() -> None:
    """Long enough to receive all that it would: nothing shows when that is over."""
    time.sleep(0.5)


def let_an_hour_pass(queue_name: str) -> None:
    """Brings the ends of the visibility timeouts an hour nearer, and acts on those reached."""
    queue = get_fake_sqs_client().queue_manager.get_queue(queue_name)
    with queue.mutex:
        for message in queue.inflight:
            message.visibility_deadline -= HOUR_SECONDS
    queue.requeue_inflight_messages()


def is_empty(queue_name: str) -> bool:
    queue = get_fake_sqs_client().queue_manager.get_queue(queue_name)
    return not queue.inflight and queue.visible.empty()
