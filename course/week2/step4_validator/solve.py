"""Give csv-validator the code that sends messages, and tell it where."""

from pathlib import Path
from typing import Final

from course.sandbox import Sandbox
from course.solving import Function, ensure_function, queue_url
from course.week2.step2_main_queue.solve import MAIN_QUEUE
from provision.changes import Changes

CODE: Final = Path(__file__).parent / "solution" / "csv_validator"


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards each upload is a message on the main queue."""
    environment = {
        "QUEUE_URL": queue_url(sandbox, MAIN_QUEUE),
        "PROCESSED_BUCKET": sandbox.processed_bucket,
    }
    function = Function(CODE, timeout_seconds=30, memory_mb=256, environment=environment)
    ensure_function(sandbox, changes, function)
