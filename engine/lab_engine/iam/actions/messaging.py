"""SQS and SNS.

Source: Service Authorization Reference for Amazon SQS and Amazon SNS; SQS developer guide,
"Dead-letter queue redrive permissions".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from lab_engine.iam.actions.requirement import ANY_RESOURCE, Requirement, account_of

if TYPE_CHECKING:
    from lab_engine.iam.actions.requirement import Parameters, Scope

_REGION_IN_PATH: Final = 4
"""Parts in the path of a queue URL that contains the region."""

_REGION_ELSEWHERE: Final = 2
"""Parts in the path of any other queue URL."""

_REGION_IN_HOST: Final = re.compile(r"sqs\.([^.]+)|([^.]+)\.queue\.|queue")
_REGION_OF_BARE_HOST: Final = "us-east-1"

_REDRIVE_READS: Final = ("StartMessageMoveTask", "ReceiveMessage", "DeleteMessage")
_SUBSCRIPTION_ACTIONS: Final = (
    "GetSubscriptionAttributes",
    "SetSubscriptionAttributes",
    "Unsubscribe",
)
"""Operations that SNS cannot restrict to a resource."""

_UNRESTRICTED: Final = ("SubscriptionArn", "EndpointArn", "PlatformApplicationArn")
"""Parameters that tell the owner of a resource to which SNS cannot restrict an operation."""


_SUBSCRIPTION_COLONS: Final = 6
"""In a subscription's ARN, which is its topic's with an id behind it."""


def sqs(operation: str, parameters: Parameters, scope: Scope) -> tuple[Requirement, ...]:
    """Return what an operation of SQS needs.

    A batch needs what the single operation needs; a redrive reads one queue and sends to another.
    """
    if operation == "StartMessageMoveTask":
        source, destination = parameters["SourceArn"], parameters.get("DestinationArn")
        reads = tuple(Requirement(f"sqs:{action}", source) for action in _REDRIVE_READS)
        return (*reads, Requirement("sqs:SendMessage", destination)) if destination else reads
    resource = ANY_RESOURCE
    if "QueueUrl" in parameters:
        resource = queue_arn(parameters["QueueUrl"], scope)
    elif "QueueName" in parameters:
        owner = parameters.get("QueueOwnerAWSAccountId") or scope.account
        resource = f"arn:aws:sqs:{scope.region}:{owner}:{parameters['QueueName']}"
    elif "SourceArn" in parameters:
        resource = parameters["SourceArn"]
    return (Requirement(f"sqs:{operation.removesuffix('Batch')}", resource),)


def queue_arn(url: str, scope: Scope) -> str:
    """Return the ARN of a queue from one of the emulator's forms of its URL.

    Args:
        url: `http://host/account/name`, `http://host/queue/region/account/name`, the same with the
            region in the host's name, or the bare name of a queue of the caller.
        scope: The account and region of a bare name.
    """
    address = urlsplit(url.rstrip("/"))
    host, path = address.netloc, address.path.lstrip("/").split("/")
    region: str | None = scope.region
    if len(path) == _REGION_IN_PATH and path[0] == "queue":
        region = path[1]
    elif len(path) != _REGION_ELSEWHERE:
        return scope.arn("sqs", url)
    elif found := _REGION_IN_HOST.match(host):
        region = found[1] or found[2] or _REGION_OF_BARE_HOST
    account, name = path[-2:]
    return f"arn:aws:sqs:{region}:{account}:{name}"


def sns(operation: str, parameters: Parameters, scope: Scope) -> tuple[Requirement, ...]:
    """Return what an operation of SNS needs.

    The resource is the topic, or the phone number to which a message is published.
    """
    resource = (
        parameters.get("TopicArn")
        or parameters.get("TargetArn")
        or parameters.get("ResourceArn")
        or parameters.get("PhoneNumber")
        or ANY_RESOURCE
    )
    if operation == "CreateTopic":
        resource = scope.arn("sns", parameters["Name"])
    if operation in _SUBSCRIPTION_ACTIONS:
        resource = ANY_RESOURCE
    context = {
        condition_key: parameters[name]
        for name, condition_key in (("Protocol", "sns:protocol"), ("Endpoint", "sns:endpoint"))
        if parameters.get(name)
    }
    action = f"sns:{operation.removesuffix('Batch')}"
    account = _owner_of_unrestricted(parameters) if resource == ANY_RESOURCE else ""
    return (Requirement(action, resource, context, account),)


def _owner_of_unrestricted(parameters: Parameters) -> str:
    """Return whose a subscription or an endpoint is; empty where the parameter cannot be one."""
    arn = next((parameters[name] for name in _UNRESTRICTED if parameters.get(name)), "")
    is_a_topic = arn == parameters.get("SubscriptionArn") and arn.count(":") < _SUBSCRIPTION_COLONS
    return "" if is_a_topic else account_of(arn)
