"""Decide about a request by the policies that apply to it, with the reason. Pure functions.

Source: IAM user guide, "Policy evaluation logic". Organization policies (SCP, RCP) are left out:
the lab has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lab_engine.iam.policy import Named, Policy, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lab_engine.iam.policy import Request


class Reason(StrEnum):
    """Why a request was decided as it was."""

    ROOT = "the account's root may do everything"
    IDENTITY_ALLOWS = "allowed by an identity-based policy"
    RESOURCE_ALLOWS = "allowed by a resource-based policy"
    IDENTITY_DENIES = "explicit deny in an identity-based policy"
    RESOURCE_DENIES = "explicit deny in a resource-based policy"
    BOUNDARY_DENIES = "explicit deny in a permissions boundary"
    SESSION_DENIES = "explicit deny in a session policy"
    NO_IDENTITY_ALLOWS = "no identity-based policy allows it"
    NO_RESOURCE_ALLOWS = "no resource-based policy allows it"
    NO_BOUNDARY_ALLOWS = "no permissions boundary allows it"
    NO_SESSION_ALLOWS = "no session policy allows it"


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision; `policy` and `statement` name what decided, if a statement did."""

    allowed: bool
    reason: Reason
    policy: str = ""
    statement: Statement | None = None


_NOT_GRANTED: Final = Decision(allowed=False, reason=Reason.NO_RESOURCE_ALLOWS)
_ROOT: Final = Decision(allowed=True, reason=Reason.ROOT)


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies that apply to a request.

    Attributes:
        identity: The policies attached to the user, its groups, or the role.
        boundary: The permissions boundary.
        session: The policies that limit the session; None if nothing does.
        resource: The policy of the resource; for sts:AssumeRole the role's trust policy.
        resource_must_allow: A trust policy must name the caller, even in the same account.
    """

    identity: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session: tuple[Policy, ...] | None = None
    resource: Policy | None = None
    resource_must_allow: bool = False


def decide(request: Request, policies: Policies) -> Decision:
    """Decide a request: an explicit deny wins, and without an allow it is denied."""
    if policies.resource_must_allow and policies.resource is None:
        return _NOT_GRANTED  # there is no such role
    if request.principal.is_root and not request.is_foreign:
        return _ROOT
    return _explicit_deny(request, policies) or _without_deny(request, policies)


def _without_deny(request: Request, policies: Policies) -> Decision:
    principal = request.principal
    named, granted = _granted_by_resource(request, policies.resource)
    identity = _allowed_by_identity(request, policies)
    foreign = request.is_foreign
    if not principal.has_identity_policies or (policies.resource_must_allow and not foreign):
        # Naming the account leaves the decision to the identity policies.
        return identity if named is Named.BY_ACCOUNT else granted or _NOT_GRANTED
    if foreign:
        return identity if granted or not identity.allowed else _NOT_GRANTED
    if granted and _reaches_past_limits(named, request, policies):
        return identity if identity.allowed else granted
    return identity


def _explicit_deny(request: Request, policies: Policies) -> Decision | None:
    for policy, statement in _applying(request, policies.identity, allows=False):
        return Decision(False, Reason.IDENTITY_DENIES, policy.name, statement)
    if policies.boundary:
        for policy, statement in _applying(request, (policies.boundary,), allows=False):
            return Decision(False, Reason.BOUNDARY_DENIES, policy.name, statement)
    for policy, statement in _applying(request, policies.session or (), allows=False):
        return Decision(False, Reason.SESSION_DENIES, policy.name, statement)
    if policies.resource:
        for policy, statement in _applying(request, (policies.resource,), allows=False):
            if statement.names(request.principal):
                return Decision(False, Reason.RESOURCE_DENIES, policy.name, statement)
    return None


def _granted_by_resource(
    request: Request, resource: Policy | None
) -> tuple[Named, Decision | None]:
    """Return the closest grant of the resource's policy.

    A grant to the account does not grant anything by itself.
    """
    closest, decision = Named.NOT, None
    for policy, statement in _applying(request, (resource,) if resource else (), allows=True):
        named = statement.names(request.principal)
        if named > closest:
            closest = named
            decision = Decision(True, Reason.RESOURCE_ALLOWS, policy.name, statement)
    return closest, decision


def _allowed_by_identity(request: Request, policies: Policies) -> Decision:
    if request.principal.is_root:
        return _ROOT
    for policy, statement in _applying(request, policies.identity, allows=True):
        limit = _limited_by(request, policies)
        return limit or Decision(True, Reason.IDENTITY_ALLOWS, policy.name, statement)
    return Decision(allowed=False, reason=Reason.NO_IDENTITY_ALLOWS)


def _reaches_past_limits(named: Named, request: Request, policies: Policies) -> bool:
    return named is Named.EXACTLY or (
        named is Named.BY_ROLE and _limited_by(request, policies) is None
    )


def _limited_by(request: Request, policies: Policies) -> Decision | None:
    """Return the decision of a limit that denies the request; None if no limit does."""
    if policies.boundary and not _allowed_by_any(request, (policies.boundary,)):
        return Decision(allowed=False, reason=Reason.NO_BOUNDARY_ALLOWS)
    if policies.session is not None and not _allowed_by_any(request, policies.session):
        return Decision(allowed=False, reason=Reason.NO_SESSION_ALLOWS)
    return None


def _allowed_by_any(request: Request, policies: Iterable[Policy]) -> bool:
    return any(True for _ in _applying(request, policies, allows=True))


def _applying(
    request: Request, policies: Iterable[Policy], *, allows: bool
) -> Iterable[tuple[Policy, Statement]]:
    for policy in policies:
        for statement in policy.statements:
            if statement.allows is allows and statement.applies_to(request):
                yield policy, statement
