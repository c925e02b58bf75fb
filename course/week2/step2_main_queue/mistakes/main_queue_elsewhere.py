"""Make the queue with another region chosen."""

from course.resources import Resource, remove
from course.sandbox import Sandbox
from course.solving import queue_url
from course.week2.step2_main_queue.solve import MAIN_QUEUE


def make(sandbox: Sandbox) -> None:
    """Have the queue in us-east-1."""
    remove(sandbox, Resource("queue", queue_url(sandbox, MAIN_QUEUE)))
    sandbox.client("sqs", region="us-east-1").create_queue(QueueName=MAIN_QUEUE)
