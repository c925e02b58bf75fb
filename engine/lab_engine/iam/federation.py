"""Who asks for a role with a token of somebody else's: of an OpenID provider, or SAML's.

Source: STS API reference, AssumeRoleWithWebIdentity and AssumeRoleWithSAML; IAM user guide,
"Available keys for AWS OIDC federation". Tokens are read, their signatures are not verified.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final

from lab_engine.iam.actions.requirement import account_of
from lab_engine.iam.policy import Principal

if TYPE_CHECKING:
    from collections.abc import Mapping

OPERATIONS: Final = ("AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")
_BUILT_IN: Final = (
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
)
"""Providers that trust policies name without an ARN, since every account knows them."""

_CLAIMS: Final = ("aud", "sub", "amr")


class InvalidIdentityTokenError(ValueError):
    """The token is none; says so in AWS's words."""


def caller(operation: str, parameters: Mapping[str, Any]) -> Principal:
    """Who calls one of these operations: the provider that vouches for a person.

    Args:
        operation: one of OPERATIONS.
        parameters: its input.

    Raises:
        InvalidIdentityTokenError: the token is no JWT.
    """
    if operation == "AssumeRoleWithSAML":
        return Principal(parameters["PrincipalArn"], is_federated=True)
    provider = parameters.get("ProviderId")
    if provider:  # an access token of OAuth 2.0, which says nothing by itself
        return Principal(provider, is_federated=True)
    claims = _claims_of(parameters["WebIdentityToken"])
    provider = str(claims.get("iss", "")).removeprefix("https://")
    account = account_of(parameters["RoleArn"])
    return Principal(
        provider if provider in _BUILT_IN else f"arn:aws:iam::{account}:oidc-provider/{provider}",
        is_federated=True,
        keys={
            f"{provider.lower()}:{name}": _text(claims[name]) for name in _CLAIMS if name in claims
        },
    )


def must_be_known(provider: Principal) -> bool:
    """Whether the account must have made the provider known before."""
    return provider.arn not in _BUILT_IN


def _claims_of(token: str) -> dict[str, Any]:
    try:
        _, payload, _ = token.split(".")
        padded = payload + "=" * (-len(payload) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, RecursionError) as error:
        raise InvalidIdentityTokenError(
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an "
            "Access Token)"
        ) from error
    if not isinstance(claims, dict) or "iss" not in claims:
        raise InvalidIdentityTokenError("Missing a required claim: iss")
    return claims


def _text(value: Any) -> str | tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else str(value)
