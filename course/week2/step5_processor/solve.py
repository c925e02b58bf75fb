"""Make the function csv-processor from the code in `solution/`."""

from pathlib import Path
from typing import Final

from course.sandbox import Sandbox
from course.solving import Function, ensure_function
from provision.changes import Changes

CODE: Final = Path(__file__).parent / "solution" / "csv_processor"
TIMEOUT_SECONDS: Final = 10


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the function is there; nothing sends it messages yet."""
    ensure_function(
        sandbox, changes, Function(CODE, timeout_seconds=TIMEOUT_SECONDS, memory_mb=256)
    )
