"""Which actions there are: what the operations of botocore's models need.

IAM stores a policy whose action does not exist, and says nothing: `s3:CopyObject` grants nothing,
for ever. The journal says so.
"""

from __future__ import annotations

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
"""What botocore calls those whose actions share a prefix; of others nothing is said."""

_NAMED_ALIKE: Final = ("application-signals", "s3control", "sts")
"""Services whose actions are all called as their operations."""

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
"""Actions that no operation is called after (Service Authorization Reference)."""


def exists(pattern: str) -> bool:
    """Whether an action, or one that the pattern is like, is needed by any request.

    Args:
        pattern: as a policy has it. Of a service beyond those of the course every action is taken
            to exist.
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
            if service in _NAMED_ALIKE:
                found.add(operation.lower())
                continue
            for parameters in (_Everything(), _Everything(VersionId="v", Tagging="t", ACL="a")):
                needed = actions.required(service, operation, parameters, _NOWHERE)
                found |= {each.action.lower().removeprefix(f"{prefix}:") for each in needed}
    return frozenset(found)


class _Everything(dict[str, Any]):
    """An input that has whatever an operation can't do without, and an object's name."""

    def __init__(self, **more: str) -> None:
        super().__init__(Bucket="b", Key="k", **more)

    def __missing__(self, name: str) -> Any:
        return {"Entries": [{}], "Delete": {"Objects": [{"Key": "k", **self}]}}.get(name, "x")
