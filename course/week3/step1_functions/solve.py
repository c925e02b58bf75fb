"""Make the four functions of the workflow, each with a size of its own."""

from pathlib import Path
from typing import Final

from course.sandbox import Sandbox
from course.solving import Function, ensure_function
from provision.changes import Changes

SOLUTION: Final = Path(__file__).parent / "solution"
SIZES: Final = {
    "parse-csv": (55, 256),
    "validate-schema": (25, 128),
    "transform-data": (110, 512),
    "move-to-failed": (25, 128),
}
"""Timeout in seconds and memory in MB: each timeout is below that of its state, 60, 30, 120, 30."""


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the four functions are there; nothing invokes them yet."""
    for name, (timeout_seconds, memory_mb) in SIZES.items():
        ensure_function(sandbox, changes, Function(code(name), timeout_seconds, memory_mb))


def code(function: str) -> Path:
    """Return the folder with a function's code."""
    return SOLUTION / function.replace("-", "_")
