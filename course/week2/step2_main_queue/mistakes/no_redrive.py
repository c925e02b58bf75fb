"""Leave the section Dead-letter queue switched off."""

from course.sandbox import Sandbox
from course.week2.step2_main_queue.mistakes import redrive
from course.week2.step2_main_queue.solve import MAIN_QUEUE


def make(sandbox: Sandbox) -> None:
    """Take the redrive policy away."""
    redrive(sandbox, MAIN_QUEUE, None)
