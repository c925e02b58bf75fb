"""What a role may do, as its policies say, read through IAM's API.

Small on purpose: Allow and Deny, wildcards in actions and resources. A statement with a condition
counts as if the condition held. What IAM really decides shows in the behaviour checks.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from course.listing import listed

NO_ACTIONS: Final = {
    "s3:HeadObject": "s3:GetObject",
    "s3:CopyObject": "s3:GetObject, s3:PutObject",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:DeleteObjects": "s3:DeleteObject",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "lambda:Invoke": "lambda:InvokeFunction",
    "sns:PublishBatch": "sns:Publish",
}
"""Calls whose name is no IAM action, and the action that allows them (Service Authorization
Reference). IAM takes a policy with them without a word, and they allow nothing."""

_BRACKETS: Final = re.compile(r"([\[\]])")


@dataclass(frozen=True)
class Statement:
    """One statement of a policy, its actions and resources as lists.

    Attributes:
        policy: The policy it stands in.
        effect: `Allow` or `Deny`.
        actions: As written.
        resources: As written.
    """

    policy: str
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]

    def covers_action(self, action: str) -> bool:
        """Whether it speaks of this action; IAM does not mind upper and lower case in them."""
        return any(_matches(each.lower(), action.lower()) for each in self.actions)

    def covers(self, action: str, resource: str) -> bool:
        """Whether it speaks of this action on this resource."""
        return self.covers_action(action) and any(
            _matches(each, resource) for each in self.resources
        )


@dataclass(frozen=True)
class Role:
    """A role with its trust and everything its policies say.

    Attributes:
        name: Its name.
        trusted_services: Who may assume it, for example `lambda.amazonaws.com`.
        statements: Of its attached and its inline policies.
    """

    name: str
    trusted_services: tuple[str, ...]
    statements: tuple[Statement, ...]

    def allows(self, action: str, resource: str) -> bool:
        """Whether its policies allow an action on a resource."""
        covering = [each for each in self.statements if each.covers(action, resource)]
        return bool(covering) and all(each.effect == "Allow" for each in covering)


def roles(iam: Any, beginning: str = "") -> Iterator[dict[str, Any]]:
    """Return the roles whose name begins so, as ListRoles has them."""
    for role in listed(iam, "list_roles", "Roles"):
        if role["RoleName"].startswith(beginning):
            yield role


def read_role(iam: Any, name: str) -> Role:
    """Read a role and its policies.

    Raises:
        botocore.exceptions.ClientError: There is no such role.
    """
    trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    return Role(name, tuple(trusted_services(trust)), tuple(_statements(iam, name)))


def trusted_services(trust: dict[str, Any]) -> Iterator[str]:
    """Return the services that a trust policy lets assume its role."""
    for statement in _listed(trust.get("Statement", [])):
        principal = statement.get("Principal", {})
        if statement.get("Effect") == "Allow" and isinstance(principal, dict):
            yield from _listed(principal.get("Service", []))


def _statements(iam: Any, role: str) -> Iterator[Statement]:
    for each in listed(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=role):
        yield from _of_document(each["PolicyName"], policy_document(iam, each["PolicyArn"]))
    for name in listed(iam, "list_role_policies", "PolicyNames", RoleName=role):
        inline = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        yield from _of_document(name, inline)


def policy_document(iam: Any, arn: str) -> dict[str, Any]:
    """Return the document of a managed policy's default version."""
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    document: dict[str, Any] = json.loads(found) if isinstance(found, str) else found
    return document


def _of_document(policy: str, document: dict[str, Any]) -> Iterator[Statement]:
    for each in _listed(document.get("Statement", [])):
        yield Statement(
            policy,
            str(each.get("Effect", "")),
            tuple(_listed(each.get("Action", []))),
            tuple(_listed(each.get("Resource", []))),
        )


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _matches(pattern: str, value: str) -> bool:
    """Whether an IAM pattern (`*` and `?` are wild, brackets are not) matches."""
    return fnmatchcase(value, _BRACKETS.sub(r"[\1]", pattern))
