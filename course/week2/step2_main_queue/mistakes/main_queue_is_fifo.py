"""Choose FIFO, because order sounds right."""

from course.resources import Resource, remove
from course.sandbox import Sandbox
from course.solving import queue_url
from course.week2.step2_main_queue.solve import MAIN_QUEUE


def make(sandbox: Sandbox) -> None:
    """Have a FIFO queue in the place of the standard one."""
    remove(sandbox, Resource("queue", queue_url(sandbox, MAIN_QUEUE)))
    sandbox.client("sqs").create_queue(
        QueueName=f"{MAIN_QUEUE}.fifo", Attributes={"FifoQueue": "true"}
    )
