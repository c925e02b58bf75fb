"""The dead letter queue: a look at it without receiving, and the way back to the main queue."""

import time
from dataclasses import dataclass
from typing import Any

from lab.advice import command
from lab.cloud import Cloud
from lab.emulator import get_page
from lab.errors import LabError
from lab.jobs import json_object

MOVE_LIMIT_S = 60
POLL_S = 0.2


@dataclass(frozen=True)
class DeadLetter:
    """One message in the dead letter queue.

    Attributes:
        message_id: SQS's id.
        sent_at_ms: when it was first sent, milliseconds since 1970.
        receives: how often it was received.
        from_queue: whether a queue gave it up; else csv-validator's on-failure destination sent it.
        body: as it is.
    """

    message_id: str
    sent_at_ms: int
    receives: int
    from_queue: bool
    body: str


def peek(cloud: Cloud) -> list[DeadLetter]:
    """Every message in the dead letter queue."""
    return peek_into(cloud.endpoint, cloud.queue_url(cloud.settings.dlq.name))


def peek_into(endpoint: str, queue_url: str) -> list[DeadLetter]:
    """Every message in a queue, without receiving: nothing is hidden or counted by looking."""
    asked = {"QueueUrl": queue_url, "ShowInvisible": "true"}
    answer = get_page(endpoint, "/_aws/sqs/messages", asked)
    return [_dead_letter(message) for message in _messages(answer)]


def is_about_an_upload(body: str) -> bool:
    """Whether a message is a job of the pipeline, or an S3 event that csv-validator gave up.

    Args:
        body: Of a message in the main queue or the dead letter queue.
    """
    message = json_object(body)
    event = message.get("requestPayload", message)  # of an on-failure destination's record
    return "source_key" in message or (isinstance(event, dict) and "Records" in event)


def _messages(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages in either of the two shapes of the page: SQS's JSON, or its XML as JSON."""
    result = answer.get("ReceiveMessageResponse", {}).get("ReceiveMessageResult", answer) or {}
    found = result.get("Message", result.get("Messages")) or []
    return found if isinstance(found, list) else [found]


def _dead_letter(message: dict[str, Any]) -> DeadLetter:
    attributes = message.get("Attributes") or {
        each["Name"]: each["Value"] for each in message.get("Attribute", [])
    }
    return DeadLetter(
        message_id=message["MessageId"],
        sent_at_ms=int(attributes.get("SentTimestamp", 0)),
        receives=int(attributes.get("ApproximateReceiveCount", 0)),
        from_queue="DeadLetterQueueSourceArn" in attributes,
        body=message["Body"],
    )


def redrive(cloud: Cloud) -> int:
    """Move every message to the main queue; how many were moved.

    The destination is named: messages from csv-validator's on-failure destination have no source
    queue they could go back to (SQS API, StartMessageMoveTask).

    Raises:
        LabError: the move failed, or did not end in time.
    """
    sqs = cloud.client("sqs")
    source = cloud.arn("sqs", cloud.settings.dlq.name)
    sqs.start_message_move_task(
        SourceArn=source, DestinationArn=cloud.arn("sqs", cloud.settings.main_queue.name)
    )
    deadline = time.monotonic() + MOVE_LIMIT_S
    while time.monotonic() < deadline:
        newest = sqs.list_message_move_tasks(SourceArn=source, MaxResults=1)["Results"][0]
        if newest["Status"] == "COMPLETED":
            return int(newest.get("ApproximateNumberOfMessagesMoved", 0))
        if newest["Status"] == "FAILED":
            raise LabError(f"The redrive failed: {newest.get('FailureReason', 'no reason given')}.")
        time.sleep(POLL_S)
    raise LabError(f"The redrive has not ended yet. Look again: {command('dlq')}")
