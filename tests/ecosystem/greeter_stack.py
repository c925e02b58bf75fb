"""The stack that clients deploy: `greeter`, its queue and its bucket."""

from pathlib import Path

from tests.ecosystem.workplace import Workplace
from tests.waiting import wait_until

FUNCTION_CODE = Path(__file__).parent / "greeter"


def outputs_of(workplace: Workplace, stack: str) -> dict[str, str]:
    """Return the outputs of a stack."""
    [found] = workplace.root("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}


def kept_text(workplace: Workplace, queue_url: str, bucket: str, message: str) -> str:
    """Send a message, and wait until the function has kept it.

    Returns:
        What stands in the object.
    """
    sent = workplace.root("sqs").send_message(QueueUrl=queue_url, MessageBody=message)
    s3, key = workplace.root("s3"), sent["MessageId"]

    def keys() -> list[str]:
        return [each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", ())]

    wait_until(f"the message in {bucket}", lambda: key in keys(), seen=keys)
    text: str = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    return text


def is_gone(workplace: Workplace, stack: str) -> bool:
    """Tell whether a stack was deleted."""
    stacks = workplace.root("cloudformation").describe_stacks()["Stacks"]
    statuses = [each["StackStatus"] for each in stacks if each["StackName"] == stack]
    return set(statuses) <= {"DELETE_COMPLETE"}  # AWS does not list those at all


def empty(workplace: Workplace, bucket: str) -> None:
    """Delete what is in a bucket, since CloudFormation deletes empty ones only."""
    s3 = workplace.root("s3")
    for each in s3.list_objects_v2(Bucket=bucket).get("Contents", ()):
        s3.delete_object(Bucket=bucket, Key=each["Key"])
