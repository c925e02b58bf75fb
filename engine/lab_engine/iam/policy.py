"""A policy document as its statements, ready to be compared with requests."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from lab_engine.iam import conditions, patterns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lab_engine.iam.conditions import Condition
    from lab_engine.iam.patterns import Context, ContextValue, Pattern

LOG = logging.getLogger(__name__)

_ACCOUNT_ROOT = re.compile(r"(?:arn:aws:iam::(\d{12}):root)|(\d{12})")
_SERVICE_SEGMENT: Final = 2
"""The index in `arn:aws:service:region:account:resource`."""
_VERSION_WITH_VARIABLES: Final = "2012-10-17"
_EFFECTS: Final = {"Allow": True, "Deny": False}


class Named(IntEnum):
    """How closely a resource policy's Principal names the caller.

    Naming the account leaves the decision to the account's own identity policies. Naming a role, or
    the user who federated, grants within the permissions boundary and the session policies. Naming
    the user or the session itself grants in any case (IAM user guide, "Policy evaluation for
    requests within a single account").
    """

    NOT = 0
    BY_ACCOUNT = 1
    BY_ROLE = 2
    EXACTLY = 3


@dataclass(frozen=True, slots=True)
class SessionPolicies:
    """The policies that limit a session, given when it began.

    Attributes:
        document: The JSON text of the inline policy, if any.
        arns: The ARNs of managed policies.
    """

    document: str | None
    arns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who makes a request.

    Attributes:
        arn: the caller's name in error messages: an ARN, or a service such as s3.amazonaws.com.
        account: twelve digits; empty for a caller without an account: a service, a stranger.
        role_arn: the role behind a role session.
        user_arn: the user or root behind a session of GetFederationToken.
        is_root: the account's root, who may do everything in it.
        is_service: an AWS service that acts for a resource.
        region: where a service acts; policies may name it by its regional name too.
        is_federated: an identity provider, whose users ask for a role.
        is_token: a session of GetSessionToken or GetFederationToken.
        session_policies: what limits the session; None without a limit.
        keys: condition keys of the session or of the provider's token.
    """

    arn: str
    account: str = ""
    role_arn: str | None = None
    user_arn: str | None = None
    is_root: bool = False
    is_service: bool = False
    region: str = ""
    is_federated: bool = False
    is_token: bool = False
    session_policies: SessionPolicies | None = None
    keys: Mapping[str, ContextValue] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that a policy can use for the caller itself."""
        if not self.region:
            return (self.arn,)
        # IAM user guide, "AWS service principals": states.ap-southeast-1.amazonaws.com
        return (self.arn, self.arn.replace(".amazonaws.", f".{self.region}.amazonaws."))

    @property
    def session_of(self) -> str | None:
        """The role or user of a session that has its own name."""
        return self.role_arn or self.user_arn

    @property
    def identity(self) -> str:
        """The identity that policies are attached to."""
        return self.role_arn or self.arn

    @property
    def has_identity_policies(self) -> bool:
        """Whether the caller is a user or a role; others have resource policies only."""
        return bool(self.account)


ANONYMOUS: Final = Principal("anonymous")


@dataclass(frozen=True, slots=True)
class Request:
    """One action on one resource by one principal.

    Attributes:
        resource_account: the account that owns the resource; empty means the caller's.
        any_of: a service, if the request does not tell which of its resources is meant.
    """

    principal: Principal
    action: str
    resource: str
    context: Context
    resource_account: str = ""
    any_of: str = ""

    @property
    def is_foreign(self) -> bool:
        """Whether the caller and the resource belong to different accounts."""
        own = self.principal.account
        return bool(own) and self.resource_account not in ("", own)

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that see the request in their records: the caller's and the resource's."""
        both = (self.principal.account, self.resource_account)
        return tuple(sorted({account for account in both if account}))


@dataclass(frozen=True, slots=True)
class Actions:
    """A statement's Action, or everything but its NotAction."""

    written: tuple[str, ...]
    negated: bool
    exact: frozenset[str]
    like: tuple[Pattern, ...]

    def include(self, action: str) -> bool:
        """Tell whether the statement covers the action."""
        folded = action.lower()
        found = folded in self.exact or any(pattern.matches(folded) for pattern in self.like)
        return found != self.negated

    def means(self, written: str, action: str) -> bool:
        """Tell whether one pattern of the statement covers the action."""
        return _action_pattern(written).matches(action.lower()) != self.negated


@dataclass(frozen=True, slots=True)
class Resources:
    """A statement's Resource, or everything but its NotResource."""

    written: tuple[str, ...]
    negated: bool
    fixed: tuple[Pattern, ...]
    variable: tuple[Pattern, ...]

    def include(self, arn: str, context: Context) -> bool:
        """Tell whether the statement covers the resource."""
        if any(pattern.matches_arn(arn) for pattern in self.fixed):
            return not self.negated
        for pattern in self.variable:
            try:
                if pattern.filled(context).matches_arn(arn):
                    return not self.negated
            except patterns.UnknownVariableError:
                # In Resource the pattern matches nothing. In NotResource it is unknown what the
                # statement excludes, so it covers nothing (IAM user guide, "Policy variables
                # with no value").
                if self.negated:
                    return False
        return self.negated

    def include_any_of(self, service: str) -> bool:
        """Tell whether the statement names any resource of a service."""
        return bool(service) and any(
            written.split(":", _SERVICE_SEGMENT + 1)[_SERVICE_SEGMENT:][:1] == [service]
            for written in self.written
        )


@dataclass(frozen=True, slots=True)
class PrincipalMatcher:
    """A statement's Principal or NotPrincipal; `anyone` is the star."""

    anyone: bool
    accounts: frozenset[str]
    arns: frozenset[str]
    services: frozenset[str]
    providers: frozenset[str]
    negated: bool

    def names(self, principal: Principal) -> Named:
        """Return how closely the element names the principal."""
        named = self._named(principal)
        if not self.negated:
            return named
        return Named.NOT if named else Named.EXACTLY

    def _named(self, principal: Principal) -> Named:
        if principal.is_service:
            named = self.services
        elif principal.is_federated:
            named = self.providers
        else:
            named = self.arns
        if not named.isdisjoint(principal.names):
            return Named.EXACTLY
        if principal.session_of is not None and (self.anyone or principal.session_of in self.arns):
            return Named.BY_ROLE
        if self.anyone:
            return Named.EXACTLY
        return Named.BY_ACCOUNT if principal.account in self.accounts else Named.NOT


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; `index` counts from 0 in its document."""

    index: int
    sid: str
    allows: bool
    actions: Actions
    resources: Resources
    principals: PrincipalMatcher | None
    conditions: tuple[Condition, ...]

    def applies_to(self, request: Request) -> bool:
        """Tell whether the statement covers the request, without regard to its Principal."""
        return (
            self.actions.include(request.action)
            and (
                self.resources.include(request.resource, request.context)
                # What is denied on one resource is not denied on all.
                or (self.allows and self.resources.include_any_of(request.any_of))
            )
            and all(condition.holds(request.context) for condition in self.conditions)
        )

    def names(self, principal: Principal) -> Named:
        """Return how closely a resource policy's statement names the principal."""
        return self.principals.names(principal) if self.principals else Named.NOT


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy by name with its statements."""

    name: str
    statements: tuple[Statement, ...]


def parse(name: str, document: str, *, of_role: bool = False) -> Policy:
    """Return a policy; equal documents are parsed once.

    Args:
        name: Its name in answers.
        document: The JSON text. A document that AWS would not store grants nothing.
        of_role: It is a trust policy, which has no Resource: it is about its own role.
    """
    return Policy(name, _statements(document, of_role))


@lru_cache(maxsize=4096)
def _statements(document: str, of_role: bool) -> tuple[Statement, ...]:
    try:
        body = json.loads(document)
        variables = body.get("Version") == _VERSION_WITH_VARIABLES
        return tuple(
            _statement(index, {"Resource": "*", **written} if of_role else written, variables)
            for index, written in enumerate(_listed(body.get("Statement", [])))
        )
    except (ValueError, AttributeError, TypeError, LookupError, RecursionError) as error:
        LOG.warning("A policy is not valid and grants nothing (%r): %s", error, document)
        return ()


def _statement(index: int, written: dict[str, Any], variables: bool) -> Statement:
    return Statement(
        index=index,
        sid=written.get("Sid", ""),
        allows=_EFFECTS[written["Effect"]],
        actions=_actions(written),
        resources=_resources(written, variables),
        principals=_principals(written),
        conditions=conditions.parse(written.get("Condition", {}), variables=variables),
    )


def _actions(written: dict[str, Any]) -> Actions:
    listed, negated = _element(written, "Action")
    read = [_action_pattern(each) for each in listed]
    return Actions(
        written=listed,
        negated=negated,
        exact=frozenset(each.text for each in read if not each.has_wildcards),
        like=tuple(each for each in read if each.has_wildcards),
    )


def _action_pattern(written: str) -> Pattern:
    return patterns.parse(written.lower(), variables=False)


def _resources(written: dict[str, Any], variables: bool) -> Resources:
    listed, negated = _element(written, "Resource")
    read = [patterns.parse(each, variables=variables) for each in listed]
    return Resources(
        written=listed,
        negated=negated,
        fixed=tuple(each for each in read if not each.has_variables),
        variable=tuple(each for each in read if each.has_variables),
    )


def _element(written: dict[str, Any], name: str) -> tuple[tuple[str, ...], bool]:
    """Return the values of an element or of its Not form, and whether it is the Not form.

    Raises:
        KeyError: The statement has neither.
    """
    negated = f"Not{name}" in written
    return tuple(_listed(written[f"Not{name}" if negated else name])), negated


def _principals(written: dict[str, Any]) -> PrincipalMatcher | None:
    negated = "NotPrincipal" in written
    element = written.get("NotPrincipal" if negated else "Principal")
    if element is None:
        return None
    if element == "*":
        element = {"AWS": "*"}
    accounts, arns = set(), set()
    for entry in _listed(element.get("AWS", [])):
        root = _ACCOUNT_ROOT.fullmatch(entry)
        if root:
            accounts.add(root.group(1) or root.group(2))
        else:
            arns.add(entry)
    return PrincipalMatcher(
        anyone="*" in arns,
        accounts=frozenset(accounts),
        arns=frozenset(arns),
        services=frozenset(_listed(element.get("Service", []))),
        providers=frozenset(_listed(element.get("Federated", []))),
        negated=negated,
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
