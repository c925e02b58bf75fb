"""Stacks of CloudFormation: how one stands, what belongs to it, and making and removing one."""

from typing import Any, Final

from course.sandbox import Sandbox
from provision.target import unless_missing
from provision.waiting import wait_until

COMPLETE: Final = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
GONE: Final = "DELETE_COMPLETE"
_NO_STACK: Final = "ValidationError"
_POLL: Final = {"Delay": 1, "MaxAttempts": 120}
_GONE_WITHIN_SECONDS: Final = 60.0


def described_stack(client: Any, name: str) -> dict[str, Any] | None:
    """Return a stack as CloudFormation describes it; None when there is none of this name."""
    found = unless_missing(lambda: client.describe_stacks(StackName=name)["Stacks"][0], _NO_STACK)
    return None if found is None or found["StackStatus"] == GONE else found


def resources_of(client: Any, name: str) -> dict[str, str]:
    """Return what belongs to a stack: the type of each resource by its physical id."""
    found = client.describe_stack_resources(StackName=name)["StackResources"]
    return {
        each.get("PhysicalResourceId", ""): each["ResourceType"]
        for each in found
        if each["ResourceStatus"] in COMPLETE
    }


def create_stack(sandbox: Sandbox, name: str, template: str) -> None:
    """Create a stack and wait until it is complete.

    Raises:
        botocore.exceptions.WaiterError: It failed, and was rolled back.
    """
    client = sandbox.client("cloudformation")
    client.create_stack(StackName=name, TemplateBody=template)
    client.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=_POLL)


def remove_stack(sandbox: Sandbox, name: str) -> None:
    """Delete a stack with all that belongs to it, and wait until it is gone.

    boto3's waiter gives up at DELETE_FAILED. LocalStack says so of a resource that it tries again
    when what uses it is gone, and then goes on.

    Raises:
        GaveUpError: It is still there.
    """
    client = sandbox.client("cloudformation")
    client.delete_stack(StackName=name)
    wait_until(
        f"stack {name} to be gone",
        lambda: described_stack(client, name) is None,
        within=_GONE_WITHIN_SECONDS,
    )
