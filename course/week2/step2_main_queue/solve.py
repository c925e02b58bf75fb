"""Make the queue between csv-validator and csv-processor."""

from typing import Any, Final

from course.sandbox import Sandbox
from course.solving import ensure_queue, queue_url
from course.week2.step1_dlq.solve import A_DAY_SECONDS, DLQ
from provision.changes import Changes

MAIN_QUEUE: Final = "pipeline-main-queue"
RECEIVES: Final = 3


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the main queue is there and hands on what was received three times."""
    _ensure_end(sandbox, changes)
    ensure_queue(sandbox, changes, MAIN_QUEUE, attributes(sandbox))


def attributes(sandbox: Sandbox) -> dict[str, Any]:
    """Return what the queue is like; how long it hides a message depends on the pace."""
    return {
        "VisibilityTimeout": sandbox.times.visibility_seconds,
        "MessageRetentionPeriod": 4 * A_DAY_SECONDS,
        "ReceiveMessageWaitTimeSeconds": 20,
        "RedrivePolicy": {
            "deadLetterTargetArn": sandbox.arn("sqs", DLQ),
            "maxReceiveCount": RECEIVES,
        },
    }


def _ensure_end(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the dead letter queue hands nothing on."""
    sqs, url = sandbox.client("sqs"), queue_url(sandbox, DLQ)
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    changes.settle(
        f"redrive policy of {DLQ}",
        wanted="",
        actual=found.get("Attributes", {}).get("RedrivePolicy", ""),
        apply=lambda: sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": ""}),
    )
