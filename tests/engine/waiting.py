"""Waiting for what LocalStack does by itself: `wait_until` of provision, often shortened."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from provision.waiting import wait_until

if TYPE_CHECKING:
    from tests.engine.conftest import LocalStack

patience = 20.0
"""Seconds that `wait_for` waits when it is not told. The plain run, in which most of what is waited
for never comes, lowers it: see `tests/engine/plain.py`.
"""


def wait_for[T](
    what: str,
    look: Callable[[], T | None],
    seconds: float | None = None,
    seen: Callable[[], object] | None = None,
) -> T:
    """Ask `look` until it answers something true, and return that.

    Args:
        what: What is waited for, in words that complete "gave up waiting for ...".
        look: Returns it, or None (or another false value) while it is not there.
        seconds: To wait at most; `patience` when not given.
        seen: Returns what there was instead.

    Raises:
        GaveUpError: At the deadline.
    """
    __tracebackhide__ = True  # the message says it all
    within = patience if seconds is None else seconds
    shown = None if seen is None else lambda: repr(seen())
    return wait_until(what, look, within=within, growth=1, seen=shown)


def wait_for_function(localstack: "LocalStack", name: str, account: str | None = None) -> None:
    """Wait until a function can be invoked; fails at once when it never will."""
    functions = localstack.client("lambda", account)

    def made() -> dict[str, Any] | None:
        configuration: dict[str, Any] = functions.get_function_configuration(FunctionName=name)
        return configuration if configuration["State"] != "Pending" else None

    configuration = wait_for(f"the function {name}", made, 30)
    assert configuration["State"] == "Active", configuration["StateReason"]


def wait_for_execution(localstack: "LocalStack", arn: str) -> dict[str, Any]:
    """Wait for the end of an execution, and return its description."""
    states = localstack.client("stepfunctions")

    def ended() -> dict[str, Any] | None:
        description: dict[str, Any] = states.describe_execution(executionArn=arn)
        return description if description["status"] != "RUNNING" else None

    return wait_for(f"the end of {arn}", ended, 20)


def take_messages(localstack: "LocalStack", queue_url: str) -> list[str]:
    """Take what a queue holds now, ten messages at most, out of it, and return their bodies."""
    sqs = localstack.client("sqs")
    messages = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    return [str(message["Body"]) for message in messages]


def wait_for_message(localstack: "LocalStack", queue_url: str) -> str:
    """Wait for the next message of a queue, and return its body."""
    return wait_for(f"a message in {queue_url}", lambda: take_messages(localstack, queue_url))[0]
