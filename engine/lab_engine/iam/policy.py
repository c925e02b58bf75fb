"""A policy document as its statements, ready to be compared with requests."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from lab_engine.iam import conditions, patterns

if TYPE_CHECKING:
    from lab_engine.iam.conditions import Condition
    from lab_engine.iam.patterns import Context

LOG = logging.getLogger(__name__)

_ACCOUNT_ROOT = re.compile(r"(?:arn:aws:iam::(\d{12}):root)|(\d{12})")
_VERSION_WITH_VARIABLES: Final = "2012-10-17"


class Named(IntEnum):
    """How closely a resource policy's Principal names the caller.

    The difference decides: naming the account only hands the decision to the account's own
    identity policies; naming a role grants, but not beyond the role's permissions boundary; naming
    the user or the session itself grants in any case (IAM user guide, "Policy evaluation for
    requests within a single account").
    """

    NOT = 0
    BY_ACCOUNT = 1
    BY_ROLE = 2
    EXACTLY = 3


@dataclass(frozen=True, slots=True)
class Principal:
    """Who makes a request.

    Attributes:
        arn: what error messages call the caller: an ARN, or a service such as s3.amazonaws.com.
        account: twelve digits; empty for a service or an anonymous caller.
        role_arn: the role behind a role session.
        is_root: the account's root, who may do everything.
        is_service: an AWS service that acts for a resource.
    """

    arn: str
    account: str = ""
    role_arn: str | None = None
    is_root: bool = False
    is_service: bool = False

    @property
    def identity(self) -> str:
        """The identity that policies are attached to."""
        return self.role_arn or self.arn

    @property
    def has_identity_policies(self) -> bool:
        """Whether the caller is a user or a role; others live by resource policies alone."""
        return bool(self.account)


ANONYMOUS: Final = Principal("anonymous")


@dataclass(frozen=True, slots=True)
class Request:
    """One action on one resource by one principal.

    Attributes:
        resource_account: the account that owns the resource; empty means the caller's.
    """

    principal: Principal
    action: str
    resource: str
    context: Context
    resource_account: str = ""

    @property
    def accounts(self) -> tuple[str, ...]:
        """Those that see the request in their records: the caller's and the resource's."""
        both = (self.principal.account, self.resource_account)
        return tuple(sorted({account for account in both if account}))


@dataclass(frozen=True, slots=True)
class Matcher:
    """A list of patterns, or everything but the list (NotAction, NotResource)."""

    written: tuple[str, ...]
    negated: bool
    fixed: re.Pattern[str]
    variable: tuple[str, ...]

    def matches(self, value: str, context: Context) -> bool:
        """Whether the statement means the value."""
        found = self.fixed.fullmatch(value) is not None or any(
            _matches_variable(pattern, value, context) for pattern in self.variable
        )
        return found != self.negated

    def means(self, written: str, action: str) -> bool:
        """Whether one of the list's own action patterns means the action."""
        return (
            patterns.glob(written.lower()).fullmatch(action.lower()) is not None
        ) != self.negated


@dataclass(frozen=True, slots=True)
class PrincipalMatcher:
    """A statement's Principal or NotPrincipal; `anyone` is the star."""

    anyone: bool
    accounts: frozenset[str]
    arns: frozenset[str]
    services: frozenset[str]
    negated: bool

    def names(self, principal: Principal) -> Named:
        """How closely the element names the principal."""
        named = self._named(principal)
        if not self.negated:
            return named
        return Named.NOT if named else Named.EXACTLY

    def _named(self, principal: Principal) -> Named:
        if principal.arn in self.arns or principal.arn in self.services:
            return Named.EXACTLY
        if principal.role_arn is not None and (self.anyone or principal.role_arn in self.arns):
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
    actions: Matcher
    resources: Matcher
    principals: PrincipalMatcher | None
    conditions: tuple[Condition, ...]

    def applies_to(self, request: Request) -> bool:
        """Whether the statement means the request, its Principal left aside."""
        return (
            self.actions.matches(request.action, request.context)
            and self.resources.matches(request.resource, request.context)
            and all(condition.holds(request.context) for condition in self.conditions)
        )

    def names(self, principal: Principal) -> Named:
        """How closely a resource policy's statement names the principal."""
        return self.principals.names(principal) if self.principals else Named.NOT


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy by name with its statements."""

    name: str
    statements: tuple[Statement, ...]


def parse(name: str, document: str) -> Policy:
    """Reads a policy; equal documents are read once, so a changed policy counts at once.

    Args:
        name: what to call it in answers.
        document: the JSON text. One that AWS would have refused to store grants nothing.
    """
    return Policy(name, _statements(document))


@lru_cache(maxsize=4096)
def _statements(document: str) -> tuple[Statement, ...]:
    try:
        body = json.loads(document)
        has_variables = body.get("Version") == _VERSION_WITH_VARIABLES
        return tuple(
            _statement(index, written, has_variables)
            for index, written in enumerate(_listed(body.get("Statement", [])))
        )
    except (ValueError, AttributeError, TypeError) as error:
        LOG.warning("A policy can't be read and grants nothing (%s): %s", error, document)
        return ()


def _statement(index: int, written: dict[str, Any], has_variables: bool) -> Statement:
    return Statement(
        index=index,
        sid=written.get("Sid", ""),
        allows=written.get("Effect") == "Allow",
        actions=_matcher(written, "Action", has_variables),
        resources=_matcher(written, "Resource", has_variables),
        principals=_principals(written),
        conditions=conditions.parse(written.get("Condition", {})),
    )


def _matcher(written: dict[str, Any], element: str, has_variables: bool) -> Matcher:
    negated = f"Not{element}" in written
    # A trust policy has no Resource: the role it stands on is meant.
    listed = tuple(_listed(written.get(f"Not{element}" if negated else element, "*")))
    variable = tuple(
        pattern for pattern in listed if has_variables and patterns.has_variable(pattern)
    )
    fixed = [pattern for pattern in listed if pattern not in variable]
    if element == "Action":
        sources = [patterns.glob(pattern).pattern for pattern in fixed]
        flags = re.DOTALL | re.IGNORECASE
    else:
        sources = [patterns.arn_glob(pattern).pattern for pattern in fixed]
        flags = re.DOTALL
    # An empty alternative would match the empty string; a lookahead for nothing never matches.
    return Matcher(listed, negated, re.compile("|".join(sources) or r"(?!)", flags), variable)


def _matches_variable(pattern: str, value: str, context: Context) -> bool:
    try:
        filled = patterns.substituted(pattern, context)
    except patterns.UnknownVariableError:
        return False
    return patterns.arn_glob(filled).fullmatch(value) is not None


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
        negated=negated,
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
