"""Refuse the policies that AWS refuses, before a service stores them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localstack.aws.api import CommonServiceException

from lab_engine.iam import policy_rules
from lab_engine.iam.policy_rules import RefusedPolicyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.aws.api import RequestContext

_BAD_REQUEST: Final = 400
_POLICY: Final = "Policy"


def check(_chain: object, context: RequestContext, _response: object) -> None:
    """Raise the service's own error for a policy that it would not store."""
    if context.operation is None or context.service is None:
        return
    service, operation = context.service.service_name, context.operation.name
    check_policy = _CHECKS.get((service, operation))
    if check_policy is None:
        return
    try:
        check_policy(context.service_request or {})
    except RefusedPolicyError as refused:
        raise CommonServiceException(
            _CODES[service], str(refused), _BAD_REQUEST, sender_fault=service != "s3"
        ) from refused


def _identity(parameters: dict[str, Any]) -> None:
    policy_rules.check_identity_policy(parameters.get("PolicyDocument", ""))


def _new_role(parameters: dict[str, Any]) -> None:
    policy_rules.check_trust_policy(parameters.get("AssumeRolePolicyDocument", ""))


def _trust(parameters: dict[str, Any]) -> None:
    policy_rules.check_trust_policy(parameters.get("PolicyDocument", ""))


def _bucket(parameters: dict[str, Any]) -> None:
    policy_rules.check_bucket_policy(parameters.get(_POLICY) or "", parameters["Bucket"])


def _queue(parameters: dict[str, Any]) -> None:
    document = (parameters.get("Attributes") or {}).get(_POLICY)
    if document:
        policy_rules.check_queue_policy(document)


def _new_topic(parameters: dict[str, Any]) -> None:
    document = (parameters.get("Attributes") or {}).get(_POLICY)
    if document:
        policy_rules.check_topic_policy(document)


def _topic(parameters: dict[str, Any]) -> None:
    if parameters.get("AttributeName") == _POLICY and parameters.get("AttributeValue"):
        policy_rules.check_topic_policy(parameters["AttributeValue"])


_CODES: Final = {
    "iam": "MalformedPolicyDocument",
    "s3": "MalformedPolicy",
    "sns": "InvalidParameter",
    "sqs": "InvalidAttributeValue",
}
_CHECKS: Final[dict[tuple[str, str], Callable[[dict[str, Any]], None]]] = {
    ("iam", "CreatePolicy"): _identity,
    ("iam", "CreatePolicyVersion"): _identity,
    ("iam", "PutGroupPolicy"): _identity,
    ("iam", "PutRolePolicy"): _identity,
    ("iam", "PutUserPolicy"): _identity,
    ("iam", "CreateRole"): _new_role,
    ("iam", "UpdateAssumeRolePolicy"): _trust,
    ("s3", "PutBucketPolicy"): _bucket,
    ("sns", "CreateTopic"): _new_topic,
    ("sns", "SetTopicAttributes"): _topic,
    ("sqs", "CreateQueue"): _queue,
    ("sqs", "SetQueueAttributes"): _queue,
}
