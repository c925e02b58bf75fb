"""Leave the memory at its default."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Give the function 128 MB."""
    sandbox.client("lambda").update_function_configuration(
        FunctionName="csv-validator", MemorySize=128
    )
