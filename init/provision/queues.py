"""SQS: the main queue, its dead letter queue, and the queue of notifications."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from provision import policies, tags
from provision.propagation import once_deleted
from provision.target import Target, unless_missing

if TYPE_CHECKING:
    from provision.changes import Changes
    from provision.removals import Removals
    from provision.settings import Queue

_NO_SUCH_QUEUE: Final = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
_DOCUMENTS: Final = ("Policy", "RedrivePolicy", "RedriveAllowPolicy")


def ensure_queues(target: Target, changes: Changes) -> None:
    """Make the three queues exist; only the main queue may redrive to the DLQ."""
    settings, arns = target.settings, target.arns
    main_arn, dlq_arn = arns.queue(settings.main_queue.name), arns.queue(settings.dlq.name)
    redrive_allow = {"redrivePermission": "byQueue", "sourceQueueArns": [main_arn]}
    redrive = {"deadLetterTargetArn": dlq_arn, "maxReceiveCount": settings.max_receives}
    # The DLQ comes first: a redrive policy must name a queue that exists.
    _ensure_queue(target, changes, settings.dlq, {"RedriveAllowPolicy": redrive_allow})
    _ensure_queue(target, changes, settings.main_queue, {"RedrivePolicy": redrive})
    _ensure_queue(
        target,
        changes,
        settings.notifications_queue,
        {"Policy": policies.notifications_queue_policy(arns)},
    )


def remove_queues(target: Target, removals: Removals) -> None:
    """Remove the queues, with the messages in them."""
    settings = target.settings
    for queue in (settings.main_queue, settings.dlq, settings.notifications_queue):
        removals.remove(
            target, queue.name, target.arns.queue(queue.name), partial(_delete_queue, target, queue)
        )


def _delete_queue(target: Target, queue: Queue) -> None:
    target.client("sqs").delete_queue(QueueUrl=queue_url(target, queue))


def queue_url(target: Target, queue: Queue) -> str:
    """Return the URL of a queue."""
    url: str = target.client("sqs").get_queue_url(QueueName=queue.name)["QueueUrl"]
    return url


def planned_queue_url(target: Target, queue: Queue) -> str:
    """Return the URL of a queue, also if a plan would create it."""
    found = unless_missing(lambda: queue_url(target, queue), *_NO_SUCH_QUEUE)
    arns = target.arns
    return found or f"https://sqs.{arns.settings.region}.amazonaws.com/{arns.account}/{queue.name}"


def _ensure_queue(
    target: Target, changes: Changes, queue: Queue, documents: dict[str, dict[str, Any]]
) -> None:
    sqs = target.client("sqs")
    wanted: dict[str, Any] = {
        "VisibilityTimeout": str(queue.visibility_seconds),
        "MessageRetentionPeriod": str(queue.retention_seconds),
        "ReceiveMessageWaitTimeSeconds": str(queue.receive_wait_seconds),
        "MaximumMessageSize": str(queue.largest_message_bytes),
        **documents,
    }
    url = unless_missing(lambda: queue_url(target, queue), *_NO_SUCH_QUEUE)
    actual = url and _attributes(sqs, url, wanted)

    def apply() -> None:
        if url is None:
            once_deleted(
                lambda: sqs.create_queue(
                    QueueName=queue.name,
                    Attributes=_as_strings(wanted),
                    tags=tags.tags_of(target.settings),
                )
            )
        else:
            sqs.set_queue_attributes(QueueUrl=url, Attributes=_as_strings(wanted))

    changes.settle(queue.name, wanted=wanted, actual=actual or None, apply=apply)
    if url is not None:
        tags.ensure_tags(target, changes, queue.name, target.arns.queue(queue.name))


def _attributes(sqs: Any, url: str, wanted: dict[str, Any]) -> dict[str, Any]:
    given = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return {
        name: json.loads(value) if name in _DOCUMENTS else value
        for name, value in given.items()
        if name in wanted
    }


def _as_strings(attributes: dict[str, Any]) -> dict[str, str]:
    return {
        name: json.dumps(value) if name in _DOCUMENTS else value
        for name, value in attributes.items()
    }
