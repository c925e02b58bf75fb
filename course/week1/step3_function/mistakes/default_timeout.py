"""Leave the timeout at its default."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Give the function 3 s."""
    sandbox.client("lambda").update_function_configuration(
        FunctionName="csv-validator", Timeout=3
    )
