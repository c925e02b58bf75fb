"""Waiting for what LocalStack does on its own time: with a deadline, and saying what was seen."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

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
    """Looks until there is something to see.

    Args:
        what: is waited for, for the failure message.
        look: returns it, or None (or another false value) while it is not there.
        seconds: to wait at most; `patience` when not given.
        seen: tells what there was instead, when `look` does not.
    """
    __tracebackhide__ = True  # the message says it all
    seconds = patience if seconds is None else seconds
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            last = seen() if seen else found
            message = f"{what} did not come within {seconds} s; seen last: {last!r}"
            raise AssertionError(message)
        time.sleep(0.1)


def wait_for_function(localstack: "LocalStack", name: str) -> None:
    """Waits until a function can be invoked; fails at once when it never will."""
    functions = localstack.client("lambda")

    def made() -> dict[str, Any] | None:
        configuration: dict[str, Any] = functions.get_function_configuration(FunctionName=name)
        return configuration if configuration["State"] != "Pending" else None

    configuration = wait_for(f"the function {name}", made, 30)
    assert configuration["State"] == "Active", configuration["StateReason"]


def wait_for_execution(localstack: "LocalStack", arn: str) -> dict[str, Any]:
    """The description of an execution at its end."""
    states = localstack.client("stepfunctions")

    def ended() -> dict[str, Any] | None:
        description: dict[str, Any] = states.describe_execution(executionArn=arn)
        return description if description["status"] != "RUNNING" else None

    return wait_for(f"the end of {arn}", ended, 20)


def take_messages(localstack: "LocalStack", queue_url: str) -> list[str]:
    """Takes what a queue holds now, ten messages at most, out of it; their bodies."""
    sqs = localstack.client("sqs")
    messages = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    return [str(message["Body"]) for message in messages]


def wait_for_message(localstack: "LocalStack", queue_url: str) -> str:
    """The body of the next message of a queue."""
    return wait_for(f"a message in {queue_url}", lambda: take_messages(localstack, queue_url))[0]
