"""The actions that exist: those that the operations of botocore's models need.

IAM stores a policy whose action does not exist, without a warning: `s3:CopyObject` never grants
anything. The journal says so.
"""

from functools import cache
from typing import Any, Final

import botocore.session

from lab_engine.iam import actions, patterns
from lab_engine.iam.actions.requirement import Scope

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
        "allowvendedlogdeliveryforresource",
        "invokeapidestination",
        "retrieveconnectioncredentials",
    ),
    "iam": ("passrole",),
    "lambda": ("disablereplication", "enablereplication", "invokefunctionurl"),
    "logs": (
        "createlogdelivery",
        "deletelogdelivery",
        "getlogdelivery",
        "link",
        "listlogdeliveries",
        "stoplivetail",
        "unmask",
        "updatelogdelivery",
    ),
    "s3": (
        "bypassgovernanceretention",
        "getobjectversionforreplication",
        "initiatereplication",
        "objectowneroverridetobucketowner",
        "replicatedelete",
        "replicateobject",
        "replicatetags",
    ),
    "states": ("invokehttpendpoint", "revealsecrets"),
    "sts": ("getservicebearertoken", "setcontext", "setsourceidentity", "tagsession"),
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
    return any(wanted.matches(each) for each in _known(service))


@cache
def _known(prefix: str) -> frozenset[str]:
    session = botocore.session.get_session()
    found = set(_WITHOUT_OPERATION.get(prefix, ()))
    for service in _SERVICES[prefix]:
        for operation in session.get_service_model(service).operation_names:
            if service in _ACTIONS_ARE_OPERATIONS:
                found.add(operation.lower())
                continue
            for parameters in (_Everything(), _Everything(VersionId="v", Tagging="t", ACL="a")):
                needed = actions.required(service, operation, parameters, _NOWHERE)
                found |= {each.action.lower().removeprefix(f"{prefix}:") for each in needed}
    return frozenset(found)


class _Everything(dict[str, Any]):
    """An input that has every required parameter, and an object's name."""

    def __init__(self, **more: str) -> None:
        super().__init__(Bucket="b", Key="k", **more)

    def __missing__(self, name: str) -> Any:
        return {"Entries": [{}], "Delete": {"Objects": [{"Key": "k", **self}]}}.get(name, "x")
