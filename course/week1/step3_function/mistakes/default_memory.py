"""Leave the memory at its default."""

from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Give the function 128 MB."""
    sandbox.client("lambda").update_function_configuration(
        FunctionName="csv-validator", MemorySize=128
    )
