"""What a caller must be allowed to do: an action on a resource, with condition keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lab_engine.iam.patterns import ContextValue

    type Parameters = Mapping[str, Any]
    """The operation's input by the names of the AWS API."""

ANY_RESOURCE = "*"
"""The resource of actions that AWS cannot restrict to a resource."""

_ACCOUNT_SEGMENT = 4
"""The index in `arn:aws:service:region:account:resource`."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The account and region of a request, and its caller.

    Attributes:
        account: twelve digits.
        region: the region the request was signed for.
        caller_arn: the ARN of the user or role, the default of some IAM operations.
    """

    account: str
    region: str
    caller_arn: str = ""

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource of the region, for example `arn("sqs", "my-queue")`."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One action on one resource.

    Attributes:
        action: as policies spell it, for example s3:GetObject.
        resource: an ARN, or the star.
        context: the service's own condition keys, in lower case.
        account: the owner, if policies do not name the resource; empty means that the ARN tells.
        any_of: a service, if the request does not tell which of its resources is meant.
    """

    action: str
    resource: str
    context: Mapping[str, ContextValue] = field(default_factory=dict)
    account: str = ""
    any_of: str = ""


def account_of(arn: str | None) -> str:
    """Return the account in an ARN; empty if there is none."""
    segments = (arn or "").split(":")
    return segments[_ACCOUNT_SEGMENT] if len(segments) > _ACCOUNT_SEGMENT else ""
