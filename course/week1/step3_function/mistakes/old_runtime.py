"""Choose a runtime that AWS retires."""

from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Run the function on Python 3.9."""
    sandbox.client("lambda").update_function_configuration(
        FunctionName="csv-validator", Runtime="python3.9"
    )
