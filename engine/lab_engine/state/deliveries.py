"""Events and messages that are on their way in threads or in queues of no store.

- S3 hands each event to a thread, and SNS each message for each subscriber. What such a thread has
  not delivered yet is remembered here and delivered again after a load: with the same sequencer, so
  that the pipeline knows the event.
- Lambda keeps asynchronous events in queues of its own, whose names change with each start. They
  are taken from there with their age and their attempts.
"""

import itertools
import logging
import time
from collections.abc import Callable
from typing import Any

from localstack.services.lambda_.invocation.internal_sqs_queue import get_fake_sqs_client
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.services.s3.notifications import S3EventNotificationContext
from localstack.services.sns.models import SnsMessage, sns_stores
from localstack.services.sns.publisher import SnsBatchPublishContext, SnsPublishContext
from localstack.utils.aws.arns import extract_account_id_from_arn, extract_region_from_arn

LOG = logging.getLogger(__name__)

State = dict[str, Any]

NOTHING: State = {"s3_events": [], "sns_messages": [], "lambda_events": {}}
"""What is on its way in an empty cloud."""


class Outbox:
    """What was handed to a thread and is not delivered yet."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[Any, ...]] = {}
        self._numbers = itertools.count()

    def hand_over(self, item: tuple[Any, ...], deliver: Callable[..., Any]) -> Callable[..., Any]:
        """Remember an item until it is delivered; return what a thread calls instead."""
        number = next(self._numbers)
        self._waiting[number] = item

        def deliver_once(*args: Any, **kwargs: Any) -> Any:
            try:
                return deliver(*args, **kwargs)
            finally:
                self._waiting.pop(number, None)

        return deliver_once

    def items(self) -> list[tuple[Any, ...]]:
        """Return what is not delivered."""
        return list(self._waiting.values())

    def clear(self) -> None:
        """Forget everything."""
        self._waiting.clear()


S3_EVENTS, SNS_MESSAGES = Outbox(), Outbox()


class _Deliverer:
    """Stands for a notifier of S3 or a publisher of SNS, with another way to deliver."""

    def __init__(self, deliver: Callable[..., Any]) -> None:
        self.notify = self.publish = deliver


def submit_event(
    submit: Callable[..., None], dispatcher: Any, notifier: Any, context: Any, config: Any
) -> None:
    """Hand an S3 event to a thread and remember it."""
    item = (type(notifier).__name__, context, config)
    deliver = S3_EVENTS.hand_over(item, notifier.notify)
    submit(dispatcher, _Deliverer(deliver), context, config)


def submit_message(
    submit: Callable[..., None], dispatcher: Any, notifier: Any, context: Any, subscriber: Any
) -> None:
    """Hand a message for one subscriber to a thread and remember it."""
    item = (isinstance(context, SnsBatchPublishContext), context, dict(subscriber))
    deliver = SNS_MESSAGES.hand_over(item, notifier.publish)
    submit(dispatcher, _Deliverer(deliver), context, subscriber)


# -- taking -------------------------------------------------------------------------------


def take() -> State:
    """Return what is on its way."""
    return {
        "s3_events": [list(item) for item in S3_EVENTS.items()],
        "sns_messages": [
            {
                "batch": batch,
                "messages": context.messages if batch else [context.message],
                "topic_attributes": context.topic_attributes,
                "headers": dict(context.request_headers),
                "subscriber": subscriber,
            }
            for batch, context, subscriber in SNS_MESSAGES.items()
        ],
        "lambda_events": _lambda_events(),
    }


def _lambda_events() -> dict[str, list[list[Any]]]:
    """Return [body, seconds to wait] of the events that wait for a function or are with it now."""
    service = SERVICE_PLUGINS.require("lambda")._provider.lambda_service
    queues = get_fake_sqs_client().queue_manager.queues
    found: dict[str, list[list[Any]]] = {}
    for arn, manager in list(service.event_managers.items()):
        queue = queues.get(manager.event_queue_url or "")
        if queue is None:
            continue
        messages = [*queue.visible.queue, *queue.inflight, *queue.delayed]
        found[arn] = [
            [each.message["Body"], _delay_left(each)] for each in messages if not each.deleted
        ]
    return {arn: events for arn, events in found.items() if events}


def _delay_left(message: Any) -> int:
    return max(0, int(message.created + (message.delay_seconds or 0) - time.time()))


# -- putting back -------------------------------------------------------------------------


def check(saved: Any) -> None:
    """Refuse what cannot be delivered.

    Raises:
        ValueError, LookupError: It cannot; the message is one line.
    """
    if saved.keys() != NOTHING.keys():
        raise ValueError("something else is on its way")
    for _name, context, config in saved["s3_events"]:
        if not isinstance(context, S3EventNotificationContext) or not isinstance(config, dict):
            raise ValueError("an event of S3 is not an event")
    for each in saved["sns_messages"]:
        each["subscriber"]["Protocol"], each["subscriber"]["TopicArn"]
        if not all(isinstance(message, SnsMessage) for message in each["messages"]):
            raise ValueError("a message of SNS is not a message")
    for events in saved["lambda_events"].values():
        for body, delay in events:
            if not isinstance(body, str) or not isinstance(delay, int):
                raise ValueError("an event of Lambda is not an event")


def forget() -> None:
    """Forget what the present state has on its way: another state takes its place."""
    S3_EVENTS.clear()
    SNS_MESSAGES.clear()


def put_back(saved: State) -> int:
    """Deliver what a state had on its way. The functions run already.

    Returns:
        How much it was.
    """
    return (
        _deliver_lambda_events(saved["lambda_events"])
        + _deliver_s3_events(saved["s3_events"])
        + _deliver_sns_messages(saved["sns_messages"])
    )


def _deliver_lambda_events(saved: dict[str, list[list[Any]]]) -> int:
    service = SERVICE_PLUGINS.require("lambda")._provider.lambda_service
    count = 0
    for arn, events in saved.items():
        manager = service.event_managers.get(arn)
        if manager is None:
            LOG.warning("%d events are lost: %s did not start", len(events), arn)
            continue
        for body, delay in events:
            get_fake_sqs_client().send_message(
                QueueUrl=manager.event_queue_url, MessageBody=body, DelaySeconds=delay
            )
            count += 1
    return count


def _deliver_s3_events(saved: list[list[Any]]) -> int:
    dispatcher = SERVICE_PLUGINS.require("s3")._provider._notification_dispatcher
    notifiers = {type(each).__name__: each for each in dispatcher.notifiers.values()}
    for name, context, config in saved:
        dispatcher._submit_notification(notifiers[name], context, config)
    return len(saved)


def _deliver_sns_messages(saved: list[State]) -> int:
    publisher = SERVICE_PLUGINS.require("sns")._provider._publisher
    for each in saved:
        subscriber = each["subscriber"]
        arn = subscriber["TopicArn"]
        store = sns_stores[extract_account_id_from_arn(arn)][extract_region_from_arn(arn)]
        rest = {
            "store": store,
            "request_headers": each["headers"],
            "topic_attributes": each["topic_attributes"],
        }
        if each["batch"]:
            context: Any = SnsBatchPublishContext(messages=each["messages"], **rest)
            notifier = publisher.batch_topic_notifiers[subscriber["Protocol"]]
        else:
            context = SnsPublishContext(message=each["messages"][0], **rest)
            notifier = publisher.topic_notifiers[subscriber["Protocol"]]
        publisher._submit_notification(notifier, context, subscriber)
    return len(saved)
