"""Take the redrive policy away while looking for something else."""

from course.sandbox import Sandbox
from course.solving import queue_url
from course.week2.step1_dlq.solve import DLQ
from course.week2.step2_main_queue.mistakes import redrive
from course.week2.step2_main_queue.solve import MAIN_QUEUE


def make(sandbox: Sandbox) -> None:
    """Have an empty dead letter queue and nothing that leads to it."""
    redrive(sandbox, MAIN_QUEUE, None)
    sandbox.client("sqs").purge_queue(QueueUrl=queue_url(sandbox, DLQ))
