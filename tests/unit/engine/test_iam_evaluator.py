"""How identity, boundary, resource and trust policies come together in one decision."""

import json
from typing import Any

import pytest

from lab_engine.iam.evaluator import Policies, Reason, decide
from lab_engine.iam.policy import ANONYMOUS, Policy, Principal, Request, parse

ACCOUNT = "000000000000"
OTHER_ACCOUNT = "111111111111"
USER = Principal(f"arn:aws:iam::{ACCOUNT}:user/nok", ACCOUNT)
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/reader"
SESSION = Principal(f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/s1", ACCOUNT, role_arn=ROLE_ARN)
S3 = Principal("s3.amazonaws.com", is_service=True)
ROOT = Principal(f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, is_root=True)
FEDERATED = Principal(
    f"arn:aws:sts::{ACCOUNT}:federated-user/lek", ACCOUNT, user_arn=USER.arn, is_token=True
)
GOOGLE = Principal("accounts.google.com", is_federated=True)
ALLOWED, GRANTED = Reason.IDENTITY_ALLOWS, Reason.RESOURCE_ALLOWS


def made_of(*statements: dict[str, Any]) -> Policy:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return parse("a policy", json.dumps(document))


def said(effect: str, principal: Any = None, action: str = "s3:*") -> dict[str, Any]:
    body: dict[str, Any] = {"Effect": effect, "Action": action, "Resource": "*"}
    return body if principal is None else body | {"Principal": principal}


ALLOW = made_of(said("Allow"))
DENY = made_of(said("Deny"))
OTHER = made_of(said("Allow", action="sqs:*"))


def to(principal: Any, effect: str = "Allow") -> Policy:
    return made_of(said(effect, principal))


ACCOUNT_ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
EVERYONE = {"AWS": "*"}
BY_USER = {"AWS": USER.arn}
BY_ROLE = {"AWS": ROLE_ARN}
BY_SESSION = {"AWS": SESSION.arn}
BY_S3 = {"Service": "s3.amazonaws.com"}

DECISIONS: list[tuple[str, Principal, Policies, Reason]] = [
    ("the root needs no policy", ROOT, Policies(), Reason.ROOT),
    ("nothing is allowed by default", USER, Policies(), Reason.NO_IDENTITY_ALLOWS),
    ("another action's policy", USER, Policies((OTHER,)), Reason.NO_IDENTITY_ALLOWS),
    ("an identity policy allows", USER, Policies((OTHER, ALLOW)), Reason.IDENTITY_ALLOWS),
    ("a deny wins over an allow", USER, Policies((ALLOW, DENY)), Reason.IDENTITY_DENIES),
    (
        "a deny wins over the resource's allow",
        USER,
        Policies((DENY,), resource=to(BY_USER)),
        Reason.IDENTITY_DENIES,
    ),
    (
        "the resource's deny wins over the identity's allow",
        USER,
        Policies((ALLOW,), resource=to("*", "Deny")),
        Reason.RESOURCE_DENIES,
    ),
    (
        "the resource's deny of somebody else",
        USER,
        Policies((ALLOW,), resource=to(BY_ROLE, "Deny")),
        Reason.IDENTITY_ALLOWS,
    ),
    ("the resource allows a user", USER, Policies(resource=to(BY_USER)), Reason.RESOURCE_ALLOWS),
    ("the resource allows all", USER, Policies(resource=to(EVERYONE)), Reason.RESOURCE_ALLOWS),
    (
        "the resource allows a role",
        SESSION,
        Policies(resource=to(BY_ROLE)),
        Reason.RESOURCE_ALLOWS,
    ),
    (
        "naming the own account grants nothing by itself",
        USER,
        Policies(resource=to(ACCOUNT_ROOT)),
        Reason.NO_IDENTITY_ALLOWS,
    ),
    (
        "a boundary alone allows nothing",
        USER,
        Policies(boundary=ALLOW),
        Reason.NO_IDENTITY_ALLOWS,
    ),
    ("within the boundary", USER, Policies((ALLOW,), ALLOW), Reason.IDENTITY_ALLOWS),
    ("beyond the boundary", USER, Policies((ALLOW,), OTHER), Reason.NO_BOUNDARY_ALLOWS),
    ("the boundary denies", USER, Policies((ALLOW,), DENY), Reason.BOUNDARY_DENIES),
    (
        "a resource reaches a user past the boundary",
        USER,
        Policies(boundary=OTHER, resource=to(BY_USER)),
        Reason.RESOURCE_ALLOWS,
    ),
    (
        "but not a role",
        SESSION,
        Policies(boundary=OTHER, resource=to(BY_ROLE)),
        Reason.NO_IDENTITY_ALLOWS,
    ),
    (
        "unless its session is named",
        SESSION,
        Policies(boundary=OTHER, resource=to(BY_SESSION)),
        Reason.RESOURCE_ALLOWS,
    ),
    ("a service without a resource policy", S3, Policies(), Reason.NO_RESOURCE_ALLOWS),
    ("a service that is named", S3, Policies(resource=to(BY_S3)), Reason.RESOURCE_ALLOWS),
    ("another service", S3, Policies(resource=to(BY_USER)), Reason.NO_RESOURCE_ALLOWS),
    ("an unsigned request", ANONYMOUS, Policies(), Reason.NO_RESOURCE_ALLOWS),
    (
        "an unsigned request to a public resource",
        ANONYMOUS,
        Policies(resource=to("*")),
        Reason.RESOURCE_ALLOWS,
    ),
]
FOREIGN: list[tuple[str, Principal, Policies, Reason]] = [
    (
        "identity only",
        USER,
        Policies((ALLOW,)),
        Reason.NO_RESOURCE_ALLOWS,
    ),
    (
        "resource only",
        USER,
        Policies(resource=to(BY_USER)),
        Reason.NO_IDENTITY_ALLOWS,
    ),
    (
        "both, and naming the account is enough there",
        USER,
        Policies((ALLOW,), resource=to(ACCOUNT_ROOT)),
        Reason.IDENTITY_ALLOWS,
    ),
    ("a root is a stranger there", ROOT, Policies(), Reason.NO_RESOURCE_ALLOWS),
    ("a root that is let in", ROOT, Policies(resource=to(ACCOUNT_ROOT)), Reason.ROOT),
    (
        "a root that is kept out",
        ROOT,
        Policies(resource=to(ACCOUNT_ROOT, "Deny")),
        Reason.RESOURCE_DENIES,
    ),
    (
        "a trust policy that names the root's account",
        ROOT,
        Policies(resource=to(ACCOUNT_ROOT), resource_must_allow=True),
        Reason.ROOT,
    ),
    (
        "a trust policy that does not",
        ROOT,
        Policies(resource=to(BY_S3), resource_must_allow=True),
        Reason.NO_RESOURCE_ALLOWS,
    ),
    ("a service is let in by the resource alone", S3, Policies(resource=to(BY_S3)), GRANTED),
]
SESSIONS: list[tuple[str, Principal, Policies, Reason]] = [
    ("within the session policy", SESSION, Policies((ALLOW,), session=(ALLOW,)), ALLOWED),
    (
        "beyond the session policy",
        SESSION,
        Policies((ALLOW,), session=(OTHER,)),
        Reason.NO_SESSION_ALLOWS,
    ),
    (
        "a session policy grants nothing",
        SESSION,
        Policies(session=(ALLOW,)),
        Reason.NO_IDENTITY_ALLOWS,
    ),
    (
        "a session policy denies",
        SESSION,
        Policies((ALLOW,), session=(ALLOW, DENY)),
        Reason.SESSION_DENIES,
    ),
    (
        "a federated user without a session policy",
        FEDERATED,
        Policies((ALLOW,), session=()),
        Reason.NO_SESSION_ALLOWS,
    ),
    (
        "a resource that names the role stays within the session policy",
        SESSION,
        Policies(session=(OTHER,), resource=to(BY_ROLE)),
        Reason.NO_IDENTITY_ALLOWS,
    ),
    (
        "a resource that names the user who federated stays within it too",
        FEDERATED,
        Policies(session=(OTHER,), resource=to(BY_USER)),
        Reason.NO_IDENTITY_ALLOWS,
    ),
    (
        "a resource that names the session does not",
        SESSION,
        Policies(session=(OTHER,), resource=to(BY_SESSION)),
        GRANTED,
    ),
]
TRUST: list[tuple[str, Principal, Policies, Reason]] = [
    (
        "a role that trusts nobody",
        USER,
        Policies((ALLOW,), resource_must_allow=True),
        Reason.NO_RESOURCE_ALLOWS,
    ),
    (
        "a role that trusts the user",
        USER,
        Policies(resource=to(BY_USER), resource_must_allow=True),
        Reason.RESOURCE_ALLOWS,
    ),
    (
        "a role that trusts the account, and a user without the permission",
        USER,
        Policies(resource=to(ACCOUNT_ROOT), resource_must_allow=True),
        Reason.NO_IDENTITY_ALLOWS,
    ),
    (
        "a role that trusts the account, and a user with it",
        USER,
        Policies((ALLOW,), resource=to(ACCOUNT_ROOT), resource_must_allow=True),
        Reason.IDENTITY_ALLOWS,
    ),
    (
        "a role that trusts another service",
        S3,
        Policies(resource=to({"Service": "lambda.amazonaws.com"}), resource_must_allow=True),
        Reason.NO_RESOURCE_ALLOWS,
    ),
    (
        "a role that trusts an identity provider",
        GOOGLE,
        Policies(resource=to({"Federated": GOOGLE.arn}), resource_must_allow=True),
        Reason.RESOURCE_ALLOWS,
    ),
    (
        "a role that trusts a service of the provider's name",
        GOOGLE,
        Policies(resource=to({"Service": GOOGLE.arn}), resource_must_allow=True),
        Reason.NO_RESOURCE_ALLOWS,
    ),
]


def cases(
    rows: list[tuple[str, Principal, Policies, Reason]],
) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("principal", "policies", "reason"),
        [row[1:] for row in rows],
        ids=[row[0] for row in rows],
    )


def check(request: Request, policies: Policies, reason: Reason) -> None:
    decision = decide(request, policies)
    assert decision.reason is reason
    assert decision.allowed is (
        reason in (Reason.ROOT, Reason.IDENTITY_ALLOWS, Reason.RESOURCE_ALLOWS)
    )


@cases(DECISIONS + TRUST + SESSIONS)
def test_the_policies_decide(principal: Principal, policies: Policies, reason: Reason) -> None:
    check(Request(principal, "s3:GetObject", "arn:aws:s3:::b/k", {}), policies, reason)


@cases(FOREIGN)
def test_another_accounts_resource_needs_both_sides(
    principal: Principal, policies: Policies, reason: Reason
) -> None:
    request = Request(principal, "s3:GetObject", "arn:aws:s3:::b/k", {}, OTHER_ACCOUNT)
    check(request, policies, reason)


def test_a_decision_names_the_statement_that_made_it() -> None:
    policy = made_of(said("Allow", action="sqs:*"), said("Allow") | {"Sid": "Read"})
    decision = decide(Request(USER, "s3:GetObject", "arn:aws:s3:::b/k", {}), Policies((policy,)))
    assert decision.policy == "a policy"
    assert decision.statement is not None
    assert (decision.statement.index, decision.statement.sid) == (1, "Read")
