"""The policy documents that AWS refuses to store, and its messages. Pure functions.

Otherwise a policy with a placeholder in it would be stored and match nothing, without a reason
shown. Checks that moto has already are not repeated here.

Source: IAM user guide, "Grammar of the IAM JSON policy language"; S3 user guide, "Policies and
permissions in Amazon S3"; the messages as the services answer them.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_ACCOUNT = re.compile(r"|aws|[\d*?]{1,12}")
"""The account in an ARN; `<ACCOUNT>` and `${AWS::AccountId}` are not valid."""

_VARIABLE = re.compile(r"\$\{\w[\w-]*:[\w/-]+\}")
_AWS_PRINCIPAL = re.compile(
    r"\*|\d{12}|arn:aws[\w-]*:(?:iam|sts)::(?:\d{12}|cloudfront):.+|A[A-Z0-9]{15,}"
)
_SERVICE = re.compile(r"[a-z0-9.-]+\.(?:amazonaws\.com(?:\.cn)?|amazon\.com)")
_KINDS: Final = ("AWS", "Service", "Federated", "CanonicalUser")
_ARN_SEGMENTS: Final = 6
_NO_JSON: Final = "Policies must be valid JSON and the first byte must be '{'"


class RefusedPolicyError(ValueError):
    """AWS would not store the policy; the message is the service's."""


def check_identity_policy(document: str) -> None:
    """Refuse what IAM refuses in an identity policy beyond its syntax.

    Raises:
        RefusedPolicyError: It names a principal, or an account that is not valid.
    """
    for statement in _statements(document):
        if "Principal" in statement or "NotPrincipal" in statement:
            raise RefusedPolicyError("Policy document should not specify a principal.")
        resources = _listed(statement.get("Resource")) + _listed(statement.get("NotResource"))
        if not all(_has_account(each) for each in resources):
            raise RefusedPolicyError("The policy failed legacy parsing")


def check_trust_policy(document: str) -> None:
    """Refuse what IAM refuses in a role's trust policy beyond its syntax.

    Raises:
        RefusedPolicyError: It has no principal, or one that is not valid.
    """
    for statement in _statements(document):
        element = statement.get("Principal", statement.get("NotPrincipal"))
        if element is None:
            raise RefusedPolicyError("Missing required field Principal")
        if wrong := _wrong_principal(element):
            kind, value = wrong
            raise RefusedPolicyError(f'Invalid principal in policy: "{kind.upper()}":"{value}"')


def check_bucket_policy(document: str, bucket: str) -> None:
    """Refuse what S3 refuses in a bucket policy.

    Raises:
        RefusedPolicyError: It is not a policy, or not for this bucket.
    """
    body = _object(document)
    if body is None or not document.startswith("{"):
        raise RefusedPolicyError(_NO_JSON)
    if "Statement" not in body:
        raise RefusedPolicyError("Missing required field Statement")
    for statement in _listed(body["Statement"]):
        if not isinstance(statement, dict):
            raise RefusedPolicyError("Invalid policy syntax.")
        _check_bucket_statement(statement, f"arn:aws:s3:::{bucket}")


def check_queue_policy(document: str) -> None:
    """Refuse what SQS refuses in a queue policy.

    Raises:
        RefusedPolicyError: It is not a policy.
    """
    if not _is_whole(document):
        raise RefusedPolicyError("Invalid value for the parameter Policy.")


def check_topic_policy(document: str) -> None:
    """Refuse what SNS refuses in a topic policy.

    Raises:
        RefusedPolicyError: It is not a policy, or has actions of another service.
    """
    if not _is_whole(document):
        raise RefusedPolicyError("Invalid parameter: Policy Error: null")
    for statement in _statements(document):
        actions = _listed(statement.get("Action")) + _listed(statement.get("NotAction"))
        if not all(each == "*" or each.lower().startswith("sns:") for each in actions):
            raise RefusedPolicyError(
                "Invalid parameter: Policy statement action out of service scope!"
            )


def _check_bucket_statement(statement: dict[str, Any], bucket_arn: str) -> None:
    for field in ("Effect", "Principal", "Action", "Resource"):
        if field not in statement and f"Not{field}" not in statement:
            raise RefusedPolicyError(f"Missing required field {field}")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise RefusedPolicyError(f"Invalid effect: {statement.get('Effect')}")
    if _wrong_principal(statement.get("Principal", statement.get("NotPrincipal"))):
        raise RefusedPolicyError("Invalid principal in policy")
    actions = _listed(statement.get("Action", statement.get("NotAction")))
    if not all(str(each) == "*" or str(each).lower().startswith("s3") for each in actions):
        raise RefusedPolicyError("Policy has invalid action")
    resources = _listed(statement.get("Resource", statement.get("NotResource")))
    if not all(_is_of_bucket(str(each), bucket_arn) for each in resources):
        raise RefusedPolicyError("Policy has invalid resource")


def _is_of_bucket(resource: str, bucket_arn: str) -> bool:
    name, _, _ = resource.partition("/")
    return name == bucket_arn or ("*" in name and bucket_arn.startswith(name.partition("*")[0]))


def _is_whole(document: str) -> bool:
    """Tell whether it is a resource policy whose statements are complete."""
    statements = list(_statements(document))
    return bool(statements) and all(
        statement.get("Effect") in ("Allow", "Deny")
        and ("Action" in statement or "NotAction" in statement)
        and ("Principal" in statement or "NotPrincipal" in statement)
        and not _wrong_principal(statement.get("Principal", statement.get("NotPrincipal")))
        for statement in statements
    )


def _wrong_principal(element: object) -> tuple[str, str] | None:
    """Return the kind and value of the first invalid principal; None if all are valid."""
    if element == "*":
        return None
    if not isinstance(element, dict):
        return "AWS", str(element)
    for kind, values in element.items():
        for value in _listed(values):
            if kind not in _KINDS or not _is_principal(kind, str(value)):
                return kind, str(value)
    return None


def _is_principal(kind: str, value: str) -> bool:
    if kind == "AWS":
        return _AWS_PRINCIPAL.fullmatch(value) is not None
    if kind == "Service":
        return _SERVICE.fullmatch(value) is not None
    return bool(value)


def _has_account(arn: object) -> bool:
    # The colon in a variable does not separate segments.
    segments = _VARIABLE.sub("*", str(arn)).split(":", _ARN_SEGMENTS - 1)
    return len(segments) < _ARN_SEGMENTS or _ACCOUNT.fullmatch(segments[4]) is not None


def _statements(document: str) -> Iterator[dict[str, Any]]:
    body = _object(document)
    for statement in _listed((body or {}).get("Statement")):
        if isinstance(statement, dict):
            yield statement


def _object(document: str) -> dict[str, Any] | None:
    try:
        body = json.loads(document)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
