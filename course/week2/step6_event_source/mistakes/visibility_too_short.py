"""Shorten the visibility timeout, so that retries come sooner."""

from course.sandbox import Sandbox
from course.solving import queue_url
from course.week2.step2_main_queue.solve import MAIN_QUEUE


def make(sandbox: Sandbox) -> None:
    """Hide messages for 5 s only."""
    sandbox.client("sqs").set_queue_attributes(
        QueueUrl=queue_url(sandbox, MAIN_QUEUE), Attributes={"VisibilityTimeout": "5"}
    )
