"""Whose token asks for a role: the provider, and what the token says of the person."""

import base64
import json
from typing import Any

import pytest

from lab_engine.iam import federation

ROLE = "arn:aws:iam::111111111111:role/web"


def token(claims: Any) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"header.{payload}.signature"


def asked(claims: Any, **parameters: str) -> Any:
    wanted = {"RoleArn": ROLE, "WebIdentityToken": token(claims), **parameters}
    return federation.caller("AssumeRoleWithWebIdentity", wanted)


def test_a_provider_of_the_account_is_named_by_its_arn_and_says_who_asks() -> None:
    caller = asked({"iss": "https://token.example.com/x", "sub": "repo:me", "aud": ["a", "b"]})
    assert caller.arn == "arn:aws:iam::111111111111:oidc-provider/token.example.com/x"
    assert caller.keys == {
        "token.example.com/x:sub": "repo:me",
        "token.example.com/x:aud": ("a", "b"),
    }
    assert federation.must_be_known(caller)


def test_a_provider_that_every_account_knows_is_named_without_an_arn() -> None:
    caller = asked({"iss": "https://accounts.google.com", "sub": "42"})
    assert caller.arn == "accounts.google.com"
    assert not federation.must_be_known(caller)


def test_an_access_token_is_that_of_the_provider_it_is_said_to_be_of() -> None:
    assert asked({}, ProviderId="www.amazon.com").arn == "www.amazon.com"


@pytest.mark.parametrize("given", ["token", "a.b.c", "", "a..c", token([1]), token({}), "a.🙂.c"])
def test_what_is_no_token_is_refused(given: str) -> None:
    wanted = {"RoleArn": ROLE, "WebIdentityToken": given}
    with pytest.raises(federation.InvalidIdentityTokenError):
        federation.caller("AssumeRoleWithWebIdentity", wanted)
