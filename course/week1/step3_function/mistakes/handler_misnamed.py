"""Name a handler that is not in the zip."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Name the handler as Node.js examples do."""
    sandbox.client("lambda").update_function_configuration(
        FunctionName="csv-validator", Handler="index.handler"
    )
