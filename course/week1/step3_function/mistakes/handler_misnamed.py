"""Name a handler that is not in the zip."""

from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Name the handler as Node.js examples do."""
    sandbox.client("lambda").update_function_configuration(
        FunctionName="csv-validator", Handler="index.handler"
    )
