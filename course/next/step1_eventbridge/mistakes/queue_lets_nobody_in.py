"""Make the queue without a policy."""

from course.next.step1_eventbridge.solve import QUEUE
from course.sandbox import Sandbox
from course.solving import queue_url


def make(sandbox: Sandbox) -> None:
    """Refuse what EventBridge sends."""
    sandbox.client("sqs").set_queue_attributes(
        QueueUrl=queue_url(sandbox, QUEUE), Attributes={"Policy": ""}
    )
