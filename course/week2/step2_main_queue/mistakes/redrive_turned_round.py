"""Set the redrive policy on the dead letter queue."""

from course.sandbox import Sandbox
from course.week2.step1_dlq.solve import DLQ
from course.week2.step2_main_queue.mistakes import redrive
from course.week2.step2_main_queue.solve import MAIN_QUEUE


def make(sandbox: Sandbox) -> None:
    """Let the DLQ hand on to the main queue."""
    redrive(sandbox, MAIN_QUEUE, None)
    redrive(sandbox, DLQ, MAIN_QUEUE)
