"""Issue temporary keys that belong to a caller.

moto answers GetSessionToken and GetFederationToken with a constant key that belongs to nobody,
ignores session policies given by their ARNs, and keeps a SAML session in the caller's account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localstack.constants import AWS_REGION_US_EAST_1
from localstack.services.sts.models import SessionConfig, sts_stores
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from moto.sts.utils import random_session_token

from lab_engine.iam import principals, sessions
from lab_engine.iam.actions.requirement import account_of
from lab_engine.iam.sessions import INLINE, ISSUER, MANAGED, MFA, NAME

if TYPE_CHECKING:
    from collections.abc import Callable

_PARTITION: Final = "aws"


def get_session_token(original: Callable[..., Any], self: Any) -> Any:
    """Answer with a key that belongs to the caller."""
    answer = original(self)
    mfa = "true" if self._get_param("TokenCode") else "false"
    _begin(self, answer, {MFA: mfa})
    return answer


def get_federation_token(original: Callable[..., Any], self: Any) -> Any:
    """Answer with a key that belongs to the federated user."""
    answer = original(self)
    policies = {INLINE: self._get_param("Policy") or "", MANAGED: _policy_arns(self)}
    _begin(self, answer, {NAME: self._get_param("Name"), **policies})
    return answer


def assume_role(original: Callable[..., Any], self: Any) -> Any:
    """Keep the session policies given by their ARNs."""
    answer = original(self)
    answer.result["Credentials"].policy_arns = _policy_arns(self)
    return answer


def assume_role_with_saml(original: Callable[..., Any], self: Any, **kwargs: object) -> Any:
    """Keep the session in the role's account."""
    role = original(self, **kwargs)
    self.assumed_roles.remove(role)
    account = account_of(role.role_arn)
    sts_backends[account][_PARTITION].assumed_roles.append(role)
    return role


def get_caller_identity(
    original: Callable[..., tuple[str, str, str]], self: Any, access_key_id: str, region: str
) -> tuple[str, str, str]:
    """Return the owner of a key of one of the two tokens."""
    session = sessions.of_token(self.account_id, access_key_id)
    if session is None:
        return original(self, access_key_id, region)
    name = session.arn.rpartition("/")[2]
    if session.user_arn:
        user_id = f"{session.account}:{name}"
    elif session.is_root:
        user_id = session.account
    else:
        user = iam_backends[session.account][_PARTITION].users.get(name)
        user_id = user.id if user else name
    return user_id, session.arn, session.account


def _begin(response: Any, answer: Any, kept: dict[str, Any]) -> None:
    """Put a new key into the answer, and store its owner."""
    account = response.current_account
    issuer = principals.of_key(account, _access_key(response))
    if issuer is None:
        return
    key = iam_backends[account][_PARTITION].create_temp_access_key()
    sts_stores[account][AWS_REGION_US_EAST_1].sessions[key.access_key_id] = SessionConfig(
        tags={}, transitive_tags=[], iam_context={ISSUER: issuer.arn, **kept}
    )
    answer.result["Credentials"] |= {
        "AccessKeyId": key.access_key_id,
        "SecretAccessKey": key.secret_access_key,
        "SessionToken": random_session_token(),
    }


def _access_key(response: Any) -> str:
    # moto's own reading knows keys of users and sessions only.
    return extract_access_key_id_from_auth_header(response.headers) or ""


def _policy_arns(response: Any) -> list[str]:
    listed = response._get_param("PolicyArns") or []
    return [each["arn"] for each in listed]
