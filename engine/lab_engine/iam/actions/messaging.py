"""SQS and SNS.

Source: Service Authorization Reference for Amazon SQS and Amazon SNS; SQS developer guide,
"Dead-letter queue redrive permissions".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from lab_engine.iam.actions.requirement import ANY_RESOURCE, Requirement

if TYPE_CHECKING:
    from lab_engine.iam.actions.requirement import Parameters, Scope

_REDRIVE_READS: Final = ("StartMessageMoveTask", "ReceiveMessage", "DeleteMessage")
_SUBSCRIPTION_ACTIONS: Final = (
    "GetSubscriptionAttributes",
    "SetSubscriptionAttributes",
    "Unsubscribe",
)
"""SNS restricts these to no resource."""


def sqs(operation: str, parameters: Parameters, scope: Scope) -> tuple[Requirement, ...]:
    """A batch needs what its single form needs; a redrive reads one queue and fills another."""
    if operation == "StartMessageMoveTask":
        source, destination = parameters["SourceArn"], parameters.get("DestinationArn")
        reads = tuple(Requirement(f"sqs:{action}", source) for action in _REDRIVE_READS)
        return (*reads, Requirement("sqs:SendMessage", destination)) if destination else reads
    resource = ANY_RESOURCE
    if "QueueUrl" in parameters:
        *_, account, name = urlsplit(parameters["QueueUrl"]).path.split("/")
        resource = f"arn:aws:sqs:{scope.region}:{account}:{name}"
    elif "QueueName" in parameters:
        owner = parameters.get("QueueOwnerAWSAccountId") or scope.account
        resource = f"arn:aws:sqs:{scope.region}:{owner}:{parameters['QueueName']}"
    elif "SourceArn" in parameters:
        resource = parameters["SourceArn"]
    return (Requirement(f"sqs:{operation.removesuffix('Batch')}", resource),)


def sns(operation: str, parameters: Parameters, scope: Scope) -> tuple[Requirement, ...]:
    """Publishing to a phone number is restricted by the number, everything else by the topic."""
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
    return (Requirement(f"sns:{operation.removesuffix('Batch')}", resource, context),)
