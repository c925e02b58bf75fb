"""The actions that exist: those that the operations of botocore's models need.

IAM stores a policy whose action does not exist, without a warning: `s3:CopyObject` never grants
anything. The journal says so.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import botocore.session

from lab_engine.iam import actions, patterns
from lab_engine.iam.actions.requirement import Scope

if TYPE_CHECKING:
    from botocore.model import ServiceModel

    from lab_engine.iam.actions.requirement import Parameters, Requirement

_SERVICES: Final = {
    "cloudwatch": ("cloudwatch", "application-signals"),
    "events": ("events",),
    "iam": ("iam",),
    "lambda": ("lambda",),
    "logs": ("logs",),
    "s3": ("s3", "s3control"),
    "sns": ("sns",),
    "sqs": ("sqs",),
    "states": ("stepfunctions",),
    "sts": ("sts",),
}
"""Botocore's services by the prefix of their actions; other services are not checked."""

_ACTIONS_ARE_OPERATIONS: Final = ("application-signals", "s3control", "sts")
"""Services whose actions have the names of their operations."""

_NOWHERE: Final = Scope("000000000000", "us-east-1")
_WITHOUT_OPERATION: Final = {
    "events": (
        "AllowVendedLogDeliveryForResource",
        "InvokeApiDestination",
        "RetrieveConnectionCredentials",
    ),
    "iam": ("PassRole",),
    "lambda": ("DisableReplication", "EnableReplication", "InvokeFunctionUrl"),
    "logs": (
        "CreateLogDelivery",
        "DeleteLogDelivery",
        "GetLogDelivery",
        "Link",
        "ListLogDeliveries",
        "StopLiveTail",
        "Unmask",
        "UpdateLogDelivery",
    ),
    "s3": (
        "BypassGovernanceRetention",
        "GetObjectVersionForReplication",
        "InitiateReplication",
        "ObjectOwnerOverrideToBucketOwner",
        "ReplicateDelete",
        "ReplicateObject",
        "ReplicateTags",
    ),
    "states": ("InvokeHTTPEndpoint", "RevealSecrets"),
    "sts": ("GetServiceBearerToken", "SetContext", "SetSourceIdentity", "TagSession"),
}
"""Actions without an operation of the same name (Service Authorization Reference)."""


def exists(pattern: str) -> bool:
    """Tell whether any request needs an action that the pattern matches.

    Args:
        pattern: An action in a policy. Of a service that the course does not use, every action
            counts as existing.
    """
    service, _, action = pattern.lower().partition(":")
    if service not in _SERVICES:
        return True
    wanted = patterns.parse(action, variables=False)
    return any(wanted.matches(each) for each in _lowered(service))


@cache
def vocabulary() -> dict[str, dict[str, Any]]:
    """Return what an editor of policies needs to know, by the prefix of the actions.

    Returns:
        For each service `actions`, all that exist, and `calls`: operations whose name is no
        action, each with the actions that it needs instead.
    """
    return {
        prefix: {"actions": sorted(_known(prefix)), "calls": _calls(prefix)} for prefix in _SERVICES
    }


def _calls(prefix: str) -> dict[str, list[str]]:
    known = _lowered(prefix)
    return {
        operation: sorted({each.action for each in _needed(service, operation, _Everything())})
        for service in _SERVICES[prefix]
        for operation in _model(service).operation_names
        if operation.lower() not in known
    }


@cache
def _lowered(prefix: str) -> frozenset[str]:
    return frozenset(each.lower() for each in _known(prefix))


@cache
def _known(prefix: str) -> frozenset[str]:
    found = set(_WITHOUT_OPERATION.get(prefix, ()))
    for service in _SERVICES[prefix]:
        for operation in _model(service).operation_names:
            if service in _ACTIONS_ARE_OPERATIONS:
                found.add(operation)
                continue
            for parameters in (_Everything(), _Everything(VersionId="v", Tagging="t", ACL="a")):
                needed = _needed(service, operation, parameters)
                found |= {each.action.partition(":")[2] for each in needed if _is_of(each, prefix)}
    return frozenset(found)


def _is_of(needed: Requirement, prefix: str) -> bool:
    return needed.action.lower().startswith(f"{prefix}:")


def _needed(service: str, operation: str, parameters: Parameters) -> tuple[Requirement, ...]:
    return actions.required(service, operation, parameters, _NOWHERE)


def _model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


class _Everything(dict[str, Any]):
    """An input that has every required parameter, and an object's name."""

    def __init__(self, **more: str) -> None:
        super().__init__(Bucket="b", Key="k", **more)

    def __missing__(self, name: str) -> Any:
        return {"Entries": [{}], "Delete": {"Objects": [{"Key": "k", **self}]}}.get(name, "x")
