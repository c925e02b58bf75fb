"""Choose a runtime that AWS retires."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Run the function on Python 3.9."""
    sandbox.client("lambda").update_function_configuration(
        FunctionName="csv-validator", Runtime="python3.9"
    )
