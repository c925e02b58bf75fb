"""Map an operation of the AWS API to the permissions that it needs. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab_engine.iam.actions import compute, identity, messaging, monitoring, others, s3
from lab_engine.iam.actions.requirement import ANY_RESOURCE, Requirement

if TYPE_CHECKING:
    from lab_engine.iam.actions.requirement import Parameters, Scope

_SERVICES = {
    "s3": s3.required,
    "sqs": messaging.sqs,
    "sns": messaging.sns,
    "lambda": compute.lambda_,
    "stepfunctions": compute.states,
    "iam": identity.iam,
    "sts": identity.sts,
    "cloudwatch": monitoring.cloudwatch,
    "logs": monitoring.logs,
    "events": monitoring.events,
}
_PREFIXES = {"stepfunctions": "states"}


def required(
    service: str, operation: str, parameters: Parameters, scope: Scope
) -> tuple[Requirement, ...]:
    """Return all permissions that an operation needs.

    Args:
        service: Botocore's name of the service, for example stepfunctions.
        operation: The API operation, for example StartExecution.
        parameters: Its input.
        scope: The caller's account and region.

    Returns:
        The requirements, in the order AWS reports the first one missing.
    """
    mapped = _SERVICES.get(service)
    try:
        if mapped is None:
            return others.required(service, operation, parameters, scope)
        return mapped(operation, parameters, scope)
    except KeyError:
        # A required parameter is missing; the service will refuse the request.
        return (Requirement(f"{_PREFIXES.get(service, service)}:{operation}", ANY_RESOURCE),)
