"""Find the caller of a request by its access key, and the policies of that identity."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from lab_engine.iam import policy, sessions
from lab_engine.iam.actions.requirement import account_of
from lab_engine.iam.policy import ANONYMOUS, Policy, Principal

if TYPE_CHECKING:
    from localstack.aws.api import RequestContext

    from lab_engine.iam.patterns import ContextValue

_PARTITION: Final = "aws"
_ROOT_KEY: Final = "test"
_UNSIGNED_KEY: Final = "injectedaccesskey"
"""LocalStack's access key for requests without a signature."""
_ACCOUNT_KEY = re.compile(r"\d{12}")
"""An account's number as access key: LocalStack's way to act in another account."""
_USER_OR_SESSION_KEY_LENGTH: Final = 20

_EVERYTHING: Final = policy.parse(
    "root",
    json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
        }
    ),
)
LOCALSTACK_ITSELF: Final = Principal("localstack", is_root=True)
"""LocalStack's own internal requests, which do not exist on AWS."""


class UnknownAccessKeyError(LookupError):
    """No user or role session has the access key."""


def identify(context: RequestContext) -> Principal:
    """Return the principal of a request.

    Raises:
        UnknownAccessKeyError: The key belongs to nobody, or is inactive.
    """
    key = _access_key(context)
    found = _by_temporary_or_user_key(context.account_id, key)
    if found:
        return found
    internal = context.internal_request_params
    if internal is not None:
        service = internal.get("service_principal")
        return _service(service, context.region) if service else LOCALSTACK_ITSELF
    if _is_root_key(key):
        return _root(context.account_id)
    if key in (_UNSIGNED_KEY, ""):
        return ANONYMOUS
    raise UnknownAccessKeyError(key)


def of_key(account: str, key: str) -> Principal | None:
    """Return the principal of an account's access key; None if it belongs to nobody."""
    if _is_root_key(key):
        return _root(account)
    return _by_temporary_or_user_key(account, key)


def identity_policies(principal: Principal) -> tuple[Policy, ...]:
    """Return the inline and managed policies of the user and its groups, or of the role."""
    if principal.user_arn and principal.user_arn.endswith(":root"):
        return (_EVERYTHING,)
    holder = _holder(principal)
    if holder is None:
        return ()
    holders = [holder]
    if principal.role_arn is None:
        groups = iam_backends[principal.account][_PARTITION].groups.values()
        holders += [group for group in groups if holder in group.users]
    return tuple(found for each in holders for found in _policies_of(each))


def permissions_boundary(principal: Principal) -> Policy | None:
    """Return the boundary of the user or role; one that was deleted allows nothing."""
    # moto keeps a role's boundary, LocalStack a user's.
    attribute = "permissions_boundary_arn" if principal.role_arn else "permissions_boundary"
    arn = getattr(_holder(principal), attribute, None)
    return _managed_policy(principal.account, arn) if arn else None


def session_policies(principal: Principal) -> tuple[Policy, ...] | None:
    """Return what limits a session; None for one without limits.

    A federated user without a policy may do nothing (STS API reference, GetFederationToken).
    """
    given = principal.session_policies
    if given is None:
        return None
    inline = [policy.parse("session policy", given.document)] if given.document else []
    return (*inline, *(_managed_policy(principal.account, arn) for arn in given.arns))


def has_identity_provider(arn: str) -> bool:
    """Tell whether the account in the ARN knows this OpenID or SAML provider."""
    account = account_of(arn)
    if account not in iam_backends:
        return False
    backend = iam_backends[account][_PARTITION]
    return arn in backend.open_id_providers or any(
        provider.arn == arn for provider in backend.saml_providers.values()
    )


def trust_policy(role_arn: str) -> Policy | None:
    """Return the role's trust policy; None if the role does not exist."""
    role = _role(role_arn)
    if role is None:
        return None
    return policy.parse("trust policy", role.assume_role_policy_document, of_role=True)


def condition_keys(principal: Principal) -> dict[str, ContextValue]:
    """Return the caller's condition keys (IAM user guide, "Properties of the principal")."""
    if not principal.has_identity_policies:
        return {}
    keys: dict[str, ContextValue] = {
        "aws:principalarn": principal.identity,
        "aws:principalaccount": principal.account,
        "aws:principaltype": _type(principal),
    }
    if principal.is_root:
        return keys | {"aws:userid": principal.account}
    if principal.user_arn:
        name = principal.arn.rpartition("/")[2]
        return keys | {"aws:userid": f"{principal.account}:{name}"}
    holder = _holder(principal)
    if holder is None:
        return keys
    if principal.role_arn:
        keys["aws:userid"] = f"{holder.id}:{principal.arn.rpartition('/')[2]}"
        for tag in holder.tags or []:
            keys[f"aws:principaltag/{tag['Key'].lower()}"] = tag["Value"]
    else:
        keys["aws:userid"] = holder.id
        keys["aws:username"] = holder.name
    return keys


def known_identities(account: str | None = None) -> list[Principal]:
    """Return all roles and users, or those of one account."""
    found = []
    for number in list(iam_backends) if account is None else [account]:
        backend = iam_backends[number][_PARTITION]
        found += [Principal(role.arn, number, role_arn=role.arn) for role in backend.roles.values()]
        found += [Principal(user.arn, number) for user in backend.users.values()]
    return found


def forget() -> None:
    """Empty the caches: the stores that they are read from were replaced."""
    _sessions.forget()
    _roles.clear()


def _access_key(context: RequestContext) -> str:
    key = extract_access_key_id_from_auth_header(context.request.headers) or ""
    if key == _UNSIGNED_KEY and context.operation.name == "PostObject":
        # A browser's upload form is signed in its fields, whose names may be in any case (S3 API
        # reference, POST Object).
        form = {name.lower(): value for name, value in context.request.form.items()}
        credential: str = form.get("x-amz-credential") or form.get("awsaccesskeyid") or key
        return credential.partition("/")[0]
    return key


def _by_temporary_or_user_key(account: str, key: str) -> Principal | None:
    if len(key) < _USER_OR_SESSION_KEY_LENGTH:
        return None
    found = _sessions.find(account, key)
    return found or sessions.of_token(account, key) or _user(account, key)


def _is_root_key(key: str) -> bool:
    return key == _ROOT_KEY or _ACCOUNT_KEY.fullmatch(key) is not None


def _root(account: str) -> Principal:
    return Principal(f"arn:aws:iam::{account}:root", account, is_root=True)


def _type(principal: Principal) -> str:
    if principal.is_root:
        return "Account"
    if principal.user_arn:
        return "FederatedUser"
    return "AssumedRole" if principal.role_arn else "User"


class _Sessions:
    """Role sessions by access key. moto keeps them in a growing list, which is read once."""

    def __init__(self) -> None:
        self._by_key: dict[str, Principal] = {}
        self._read: dict[str, int] = {}

    def find(self, account: str, key: str) -> Principal | None:
        found = self._by_key.get(key)
        if found is None:
            self._read_new(account)
            found = self._by_key.get(key)
        return found

    def forget(self) -> None:
        self._by_key.clear()
        self._read.clear()

    def _read_new(self, account: str) -> None:
        begun = sts_backends[account][_PARTITION].assumed_roles
        start = self._read.get(account, 0)
        if start > len(begun):  # a reset of LocalStack's state empties the list
            start = 0
        new = begun[start:]
        for session in new:
            self._by_key[session.access_key_id] = sessions.of_role(session)
        self._read[account] = start + len(new)  # the list may have grown meanwhile


_sessions = _Sessions()


def _user(account: str, key: str) -> Principal | None:
    for user in iam_backends[account][_PARTITION].users.values():
        for access_key in user.access_keys:
            if access_key.access_key_id == key:
                return Principal(user.arn, account) if access_key.status == "Active" else None
    return None


def _service(name: str, region: str) -> Principal:
    return Principal(f"{name}.amazonaws.com", is_service=True, region=region)


def _holder(principal: Principal) -> Any:
    """Return moto's user or role of the principal; None if it was deleted."""
    if principal.role_arn:
        return _role(principal.role_arn)
    name = (principal.user_arn or principal.arn).rpartition("/")[2]
    return iam_backends[principal.account][_PARTITION].users.get(name)


def _role(arn: str) -> Any:
    """Return moto's role, from a cache: moto computes a role's ARN at each access."""
    account = account_of(arn)
    if account not in iam_backends:
        return None
    roles = iam_backends[account][_PARTITION].roles
    role = _roles.get(arn)
    if role is None or roles.get(role.id) is not role:  # deleted, or gone with a reset
        role = next((each for each in roles.values() if each.arn == arn), None)
        _roles[arn] = role
    return role


_roles: dict[str, Any] = {}


def _policies_of(holder: Any) -> list[Policy]:
    inline = [policy.parse(name, document) for name, document in holder.policies.items()]
    return inline + [_managed(managed) for managed in holder.managed_policies.values()]


def _managed_policy(account: str, arn: str) -> Policy:
    """Return a managed policy; one that was deleted allows nothing."""
    managed = iam_backends[account][_PARTITION].managed_policies.get(arn)
    return _managed(managed) if managed else Policy(arn, ())


def _managed(managed: Any) -> Policy:
    for version in managed.versions:
        if version.version_id == managed.default_version_id:
            return policy.parse(managed.name, version.document)
    return Policy(managed.name, ())
