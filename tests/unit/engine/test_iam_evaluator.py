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
    (
        "another account's resource needs both: identity only",
        USER,
        Policies((ALLOW,), resource_account=OTHER_ACCOUNT),
        Reason.NO_RESOURCE_ALLOWS,
    ),
    (
        "another account's resource needs both: resource only",
        USER,
        Policies(resource=to(BY_USER), resource_account=OTHER_ACCOUNT),
        Reason.NO_IDENTITY_ALLOWS,
    ),
    (
        "another account's resource needs both: naming the account is enough there",
        USER,
        Policies((ALLOW,), resource=to(ACCOUNT_ROOT), resource_account=OTHER_ACCOUNT),
        Reason.IDENTITY_ALLOWS,
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
]


@pytest.mark.parametrize(
    ("principal", "policies", "reason"),
    [row[1:] for row in DECISIONS + TRUST],
    ids=[row[0] for row in DECISIONS + TRUST],
)
def test_the_policies_decide(principal: Principal, policies: Policies, reason: Reason) -> None:
    decision = decide(Request(principal, "s3:GetObject", "arn:aws:s3:::b/k", {}), policies)
    assert decision.reason is reason
    assert decision.allowed is (
        reason in (Reason.ROOT, Reason.IDENTITY_ALLOWS, Reason.RESOURCE_ALLOWS)
    )


def test_a_decision_names_the_statement_that_made_it() -> None:
    policy = made_of(said("Allow", action="sqs:*"), said("Allow") | {"Sid": "Read"})
    decision = decide(Request(USER, "s3:GetObject", "arn:aws:s3:::b/k", {}), Policies((policy,)))
    assert decision.policy == "a policy"
    assert decision.statement is not None
    assert (decision.statement.index, decision.statement.sid) == (1, "Read")
