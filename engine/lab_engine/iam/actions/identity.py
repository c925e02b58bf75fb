"""IAM and STS.

Source: Service Authorization Reference for AWS IAM and AWS STS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localstack.services.sts.provider import ROLE_ARN_REGEX, SESSION_NAME_REGEX

from lab_engine.iam.actions.requirement import ANY_RESOURCE, Requirement

if TYPE_CHECKING:
    from lab_engine.iam.actions.requirement import Parameters, Scope

_NAMED_RESOURCES: Final = (
    ("RoleName", "role"),
    ("GroupName", "group"),
    ("UserName", "user"),
    ("InstanceProfileName", "instance-profile"),
)
_OF_THE_CALLER: Final = (
    "GetUser",
    "CreateAccessKey",
    "DeleteAccessKey",
    "ListAccessKeys",
    "UpdateAccessKey",
)
"""Operations that are about the calling user if they do not name one."""
_FREE: Final = (
    "GetCallerIdentity",
    "GetSessionToken",
    "GetAccessKeyInfo",
)
"""Operations that need no permission (STS API reference, GetCallerIdentity)."""


def iam(operation: str, parameters: Parameters, scope: Scope) -> tuple[Requirement, ...]:
    """Return what an operation of IAM needs.

    If a policy is attached to a role, the role is the resource and the policy a condition key.
    """
    resource = ANY_RESOURCE
    attached = parameters.get("PolicyArn")
    for name, kind in _NAMED_RESOURCES:
        if parameters.get(name):
            resource = _arn(scope, kind, parameters.get("Path"), parameters[name])
            break
    else:
        if operation == "CreatePolicy":
            resource = _arn(scope, "policy", parameters.get("Path"), parameters["PolicyName"])
        elif attached:
            resource = attached
        elif operation in _OF_THE_CALLER and ":user/" in scope.caller_arn:
            resource = scope.caller_arn
    context = {"iam:policyarn": attached} if attached else {}
    if parameters.get("PermissionsBoundary"):
        context["iam:permissionsboundary"] = parameters["PermissionsBoundary"]
    return (Requirement(f"iam:{operation}", resource, context),)


def sts(operation: str, parameters: Parameters, scope: Scope) -> tuple[Requirement, ...]:
    """Return what an operation of STS needs; GetCallerIdentity needs nothing.

    Nor does what STS refuses before it looks for the role: its own check follows this one.
    """
    if operation in _FREE or (operation == "AssumeRole" and not _is_well_formed(parameters)):
        return ()
    context = {}
    if parameters.get("ExternalId"):
        context["sts:externalid"] = parameters["ExternalId"]
    if parameters.get("RoleSessionName"):
        context["sts:rolesessionname"] = parameters["RoleSessionName"]
    resource = parameters.get("RoleArn") or ANY_RESOURCE
    if operation == "GetFederationToken":
        resource = f"arn:aws:sts::{scope.account}:federated-user/{parameters['Name']}"
    return (Requirement(f"sts:{operation}", resource, context),)


def _is_well_formed(parameters: Parameters) -> bool:
    return bool(
        ROLE_ARN_REGEX.match(parameters.get("RoleArn", ""))
        and SESSION_NAME_REGEX.match(parameters.get("RoleSessionName", ""))
    )


def _arn(scope: Scope, kind: str, path: str | None, name: str) -> str:
    return f"arn:aws:iam::{scope.account}:{kind}{path or '/'}{name}"
