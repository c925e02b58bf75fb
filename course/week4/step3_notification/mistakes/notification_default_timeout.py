"""Leave the timeout at its default."""

from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Give the function 3 s."""
    client = sandbox.client("lambda")
    client.update_function_configuration(FunctionName="send-notification", Timeout=3)
    client.get_waiter("function_updated_v2").wait(FunctionName="send-notification")
