"""Let Lambda take messages from the queue and hand them to csv-processor in batches."""

from typing import Final

from course.event_sources import ensure_event_source
from course.sandbox import Sandbox
from course.solving import ensure_queue
from course.week2.step2_main_queue.solve import MAIN_QUEUE, attributes
from provision.changes import Changes

FUNCTION: Final = "csv-processor"
BATCH_SIZE: Final = 5


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the queue's messages go to the function, and those of no other queue."""
    ensure_queue(sandbox, changes, MAIN_QUEUE, attributes(sandbox))
    wanted = {
        "BatchSize": BATCH_SIZE,
        "MaximumBatchingWindowInSeconds": sandbox.times.window_seconds,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }
    ensure_event_source(sandbox, changes, FUNCTION, sandbox.arn("sqs", MAIN_QUEUE), wanted)
