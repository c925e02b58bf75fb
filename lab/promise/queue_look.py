"""A look into a queue by AWS's own API: messages are received, kept for nobody, and shown again.

SQS has no call that shows messages without receiving them. Each look counts as a receive, so this
is for queues from which nothing is taken or given up after some receives: not for the main queue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_AT_ONCE = 10
"""The most that ReceiveMessage gives and ChangeMessageVisibilityBatch takes (SQS API)."""

_HIDDEN_SECONDS = 60
"""Longer than a look takes: a message that is shown again meanwhile is received twice."""

_WAIT_SECONDS = 1
"""With long polling an empty answer means that no server has a message (SQS developer guide)."""


def look_into(sqs: Any, queue_url: str) -> list[dict[str, Any]]:
    """Return every visible message of a queue, as ReceiveMessage gives them.

    Args:
        sqs: The client.
        queue_url: Of the queue.
    """
    received: dict[str, dict[str, Any]] = {}
    try:
        for batch in _batches(sqs, queue_url):
            received.update({message["MessageId"]: message for message in batch})
    finally:
        _show_again(sqs, queue_url, [each["ReceiptHandle"] for each in received.values()])
    return list(received.values())


def _batches(sqs: Any, queue_url: str) -> Iterator[list[dict[str, Any]]]:
    while batch := sqs.receive_message(
        QueueUrl=queue_url,
        MaxNumberOfMessages=_AT_ONCE,
        VisibilityTimeout=_HIDDEN_SECONDS,
        WaitTimeSeconds=_WAIT_SECONDS,
        AttributeNames=["All"],  # the older name of the parameter, which every implementation knows
    ).get("Messages"):
        yield batch


def _show_again(sqs: Any, queue_url: str, handles: list[str]) -> None:
    for start in range(0, len(handles), _AT_ONCE):
        entries = [
            {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": 0}
            for number, handle in enumerate(handles[start : start + _AT_ONCE])
        ]
        sqs.change_message_visibility_batch(QueueUrl=queue_url, Entries=entries)
