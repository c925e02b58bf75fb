"""The caller who asks for a role with a token of an OpenID or SAML provider.

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
"""Providers that every account knows; trust policies name them without an ARN."""

_CLAIMS: Final = ("aud", "sub", "amr")


class InvalidIdentityTokenError(ValueError):
    """The token is not valid; the message is AWS's."""


def caller(operation: str, parameters: Mapping[str, Any]) -> Principal:
    """Return the caller of one of these operations: the identity provider.

    Args:
        operation: One of OPERATIONS.
        parameters: Its input.

    Raises:
        InvalidIdentityTokenError: The token is not a JWT.
    """
    if operation == "AssumeRoleWithSAML":
        return Principal(parameters["PrincipalArn"], is_federated=True)
    provider = parameters.get("ProviderId")
    if provider:  # an OAuth 2.0 access token, which has no claims
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
    """Tell whether the account must have registered the provider."""
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


def _text(value: object) -> str | tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else str(value)
