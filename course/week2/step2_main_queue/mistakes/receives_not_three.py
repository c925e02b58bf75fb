"""Leave the number of receives as the console proposes it."""

from course.sandbox import Sandbox
from course.week2.step1_dlq.solve import DLQ
from course.week2.step2_main_queue.mistakes import redrive
from course.week2.step2_main_queue.solve import MAIN_QUEUE


def make(sandbox: Sandbox) -> None:
    """Hand on after ten receives."""
    redrive(sandbox, MAIN_QUEUE, DLQ, receives=10)
