"""What `scripts/lab iam` makes of the engine's journal."""

from typing import Any

import pytest

from lab.commands import iam
from lab.permissions import identities_of

ROLE = "arn:aws:iam::000000000000:role/pipeline-move-to-failed-role"
FAILED = "arn:aws:s3:::raw/failed/x.csv"


def use(action: str, *, allowed: bool, principal: str = ROLE) -> dict[str, Any]:
    return {
        "principal": principal,
        "action": action,
        "resource": FAILED,
        "allowed": allowed,
        "reason": "no identity-based policy allows it",
        "count": 2,
    }


def grant(action: str, used: int) -> dict[str, Any]:
    return {"principal": ROLE, "action": action, "resources": ["arn:aws:s3:::raw"], "used": used}


PAGE = {
    "mode": "enforce",
    "uses": [
        use("sqs:SendMessage", allowed=True, principal="sns.amazonaws.com"),
        use("s3:PutObject", allowed=False),
        use("s3:GetObject", allowed=True),
    ],
    "grants": [grant("s3:GetObject", 2), grant("s3:ListBucket", 0)],
}


def test_a_roles_permissions_are_used_denied_or_never_used() -> None:
    role, service = identities_of(PAGE)
    assert role.name == "pipeline-move-to-failed-role"
    assert [each.action for each in role.used] == ["s3:GetObject"]
    assert [each.action for each in role.unused] == ["s3:ListBucket"]
    (denied,) = role.denied
    assert (denied.action, denied.resource, denied.count) == ("s3:PutObject", FAILED, 2)
    assert denied.why == "no identity-based policy allows it"
    assert service.name == "sns.amazonaws.com", "roles come first"


def test_an_action_that_does_not_exist_is_named_as_such() -> None:
    grants = [grant("s3:CopyObject", 0) | {"exists": False}, grant("s3:ListBucket", 0)]
    (role,) = identities_of({"mode": "enforce", "uses": [], "grants": grants})
    assert [each.why for each in role.unused] == [
        "there is no such action: no request can match it",
        "",
    ]


def test_only_denials_are_shown_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    role, _ = identities_of(PAGE)
    iam.show(role, denied_only=True)
    printed = capsys.readouterr().out
    assert "s3:PutObject" in printed
    assert "s3:GetObject" not in printed
    assert "s3:ListBucket" not in printed
