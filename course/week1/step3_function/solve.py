"""Make the function csv-validator from the code in `solution/`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from course.solving import ensure_function

if TYPE_CHECKING:
    from course.sandbox import Sandbox
    from provision.changes import Changes

CODE: Final = Path(__file__).parent / "solution" / "csv_validator"


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the function is there, with time and memory enough for a large file."""
    ensure_function(sandbox, changes, CODE, timeout_s=30, memory_mb=256)
