"""The dead letter queue: a look at it, and the way back to the main queue."""

from dataclasses import dataclass
from typing import Any

from lab.advice import command
from lab.errors import LabError
from lab.language import say
from lab.pages import get_page
from lab.promise.queue_look import look_into
from lab.promise.state import json_object
from lab.running import RunningLab
from provision.waiting import Polling

MOVE_LIMIT_SECONDS = 60
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class DeadLetter:
    """One message in the dead letter queue.

    Attributes:
        message_id: SQS's id.
        sent_at_ms: When it was first sent, milliseconds since 1970.
        receives: How often it was received.
        from_queue: Whether a queue gave it up; else csv-validator's on-failure destination sent it.
        body: As it is.
    """

    message_id: str
    sent_at_ms: int
    receives: int
    from_queue: bool
    body: str


def peek(lab: RunningLab) -> list[DeadLetter]:
    """Return every message in the dead letter queue.

    Where only AWS's API can be asked, looking counts as a receive.
    """
    url = lab.queue_url(lab.settings.dlq.name)
    if lab.record.has_pages:
        return peek_into(lab.endpoint, url)
    return [_dead_letter(message) for message in look_into(lab.client("sqs"), url)]


def peek_into(endpoint: str, queue_url: str) -> list[DeadLetter]:
    """Return every message in a queue, without receiving: looking hides and counts nothing."""
    asked = {"QueueUrl": queue_url, "ShowInvisible": "true"}
    answer = get_page(endpoint, "/_aws/sqs/messages", asked)
    return [_dead_letter(message) for message in _messages(answer)]


def is_about_an_upload(body: str) -> bool:
    """Return whether a message is a job of the pipeline, or an S3 event that csv-validator gave up.

    Args:
        body: Of a message in the main queue or the dead letter queue.
    """
    message = json_object(body)
    event = message.get("requestPayload", message)  # of an on-failure destination's record
    return "source_key" in message or (isinstance(event, dict) and "Records" in event)


def _messages(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the messages in either shape of the page: SQS's JSON, or its XML as JSON."""
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


def redrive(lab: RunningLab) -> int:
    """Move every message to the main queue, and return how many were moved.

    The destination is named: messages from csv-validator's on-failure destination have no source
    queue they could go back to (SQS API, StartMessageMoveTask).

    Raises:
        LabError: The move failed, or did not end in time.
    """
    sqs = lab.client("sqs")
    source = lab.arns.queue(lab.settings.dlq.name)
    sqs.start_message_move_task(
        SourceArn=source, DestinationArn=lab.arns.queue(lab.settings.main_queue.name)
    )
    for _ in Polling(within=MOVE_LIMIT_SECONDS, every=POLL_SECONDS):
        newest = sqs.list_message_move_tasks(SourceArn=source, MaxResults=1)["Results"][0]
        if newest["Status"] == "COMPLETED":
            return int(newest.get("ApproximateNumberOfMessagesMoved", 0))
        if newest["Status"] == "FAILED":
            reason = newest.get("FailureReason") or say("no reason given")
            raise LabError(say("The redrive failed: {reason}.", reason=reason))
    raise LabError(say("The redrive has not ended yet. Look again: {dlq}", dlq=command("dlq")))
