"""Leave the timeout at its default."""

from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Give the function 3 s."""
    sandbox.client("lambda").update_function_configuration(FunctionName="csv-processor", Timeout=3)
