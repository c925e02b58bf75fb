"""What can go wrong with the main queue of step 2: one module a mistake."""

import json

from course.sandbox import Sandbox
from course.solving import queue_url


def redrive(sandbox: Sandbox, queue: str, to: str | None, receives: int = 3) -> None:
    """Set a queue's redrive policy, or take it away."""
    policy = {"deadLetterTargetArn": to and sandbox.arn("sqs", to), "maxReceiveCount": receives}
    sandbox.client("sqs").set_queue_attributes(
        QueueUrl=queue_url(sandbox, queue),
        Attributes={"RedrivePolicy": json.dumps(policy) if to else ""},
    )
