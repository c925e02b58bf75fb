"""Make the function csv-validator from the code in `solution/`."""

from pathlib import Path
from typing import Final

from course.sandbox import Sandbox
from course.solving import Function, ensure_function
from provision.changes import Changes

CODE: Final = Path(__file__).parent / "solution" / "csv_validator"


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the function is there, with time and memory enough for a large file."""
    ensure_function(sandbox, changes, Function(CODE, timeout_seconds=30, memory_mb=256))
