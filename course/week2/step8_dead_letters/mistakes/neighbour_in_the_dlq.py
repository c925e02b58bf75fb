"""Let a bad message take a good one along, as the workshop's raise does."""

import json

from course.sandbox import Sandbox
from course.solving import queue_url
from course.week2.step1_dlq.solve import DLQ


def make(sandbox: Sandbox) -> None:
    """Have the job of a good file in the dead letter queue: what is left of such a batch."""
    job = {
        "job_id": "job-0000000000000000",
        "source_bucket": sandbox.raw_bucket,
        "source_key": "uploads/neighbour.csv",
        "destination_bucket": sandbox.processed_bucket,
        "submitted_at": "2026-01-15T10:00:00.000Z",
    }
    sandbox.client("sqs").send_message(
        QueueUrl=queue_url(sandbox, DLQ), MessageBody=json.dumps(job)
    )
