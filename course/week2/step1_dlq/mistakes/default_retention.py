"""Leave the retention at its default."""

from course.sandbox import Sandbox
from course.solving import queue_url
from course.week2.step1_dlq.solve import DLQ


def make(sandbox: Sandbox) -> None:
    """Keep messages for 4 days."""
    sandbox.client("sqs").set_queue_attributes(
        QueueUrl=queue_url(sandbox, DLQ), Attributes={"MessageRetentionPeriod": "345600"}
    )
