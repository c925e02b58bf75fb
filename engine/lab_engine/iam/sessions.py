"""The caller with a temporary key, and the limits of the session.

Source: STS API reference, and IAM user guide, "Request temporary security credentials".
"""

from typing import Any, Final

from localstack.aws.api import CommonServiceException
from localstack.constants import AWS_REGION_US_EAST_1
from localstack.services.sts.models import sts_stores

from lab_engine.iam import denials
from lab_engine.iam.actions.requirement import account_of
from lab_engine.iam.policy import Principal, SessionPolicies

ISSUER, NAME, MFA = "lab:issuer", "lab:name", "lab:mfa"
INLINE, MANAGED = "lab:session-policy", "lab:session-policy-arns"
"""Entries that the lab adds to a key in LocalStack's store of sessions."""

_FORBIDDEN: Final = 403
_MFA_PRESENT: Final = "aws:multifactorauthpresent"


def of_role(session: Any) -> Principal:
    """Return the principal of one of moto's role sessions."""
    arns = tuple(getattr(session, "policy_arns", ()))
    limited = bool(session.policy or arns)
    return Principal(
        session.arn,
        # Not moto's account: that of a SAML session comes from the assertion.
        account_of(session.role_arn),
        role_arn=session.role_arn,
        session_policies=SessionPolicies(session.policy, arns) if limited else None,
    )


def of_token(account: str, key: str) -> Principal | None:
    """Return the principal of a key of GetSessionToken or GetFederationToken, or None."""
    config = sts_stores[account][AWS_REGION_US_EAST_1].sessions.get(key)
    kept: dict[str, Any] = config["iam_context"] if config else {}
    issuer = kept.get(ISSUER)
    if issuer is None:
        return None
    is_root = issuer.endswith(":root")
    if NAME not in kept:
        return Principal(
            issuer, account, is_root=is_root, is_token=True, keys={_MFA_PRESENT: kept[MFA]}
        )
    return Principal(
        f"arn:aws:sts::{account}:federated-user/{kept[NAME]}",
        account,
        user_arn=issuer,
        is_token=True,
        session_policies=SessionPolicies(kept[INLINE] or None, tuple(kept[MANAGED])),
    )


def refusal(caller: Principal, service: str, operation: str) -> CommonServiceException | None:
    """Return the error for a request that no session may make; None if it may."""
    is_session = caller.is_token or caller.role_arn is not None
    if is_session and operation in ("GetSessionToken", "GetFederationToken"):
        sentence = f"Cannot call {operation} with session credentials"
        return CommonServiceException("AccessDenied", sentence, _FORBIDDEN, sender_fault=True)
    if not caller.is_token:
        return None
    with_mfa = caller.keys.get(_MFA_PRESENT) == "true"
    if service == "iam" and not with_mfa:
        return denials.unknown_key(service)
    allowed = ("GetCallerIdentity",) if caller.user_arn else ("GetCallerIdentity", "AssumeRole")
    if service == "sts" and operation not in allowed:
        return denials.unknown_key(service)
    return None
