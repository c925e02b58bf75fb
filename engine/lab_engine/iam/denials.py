"""AWS's answers to requests that are not allowed: each service's own code and wording.

Source: IAM user guide, "Troubleshoot access denied error messages"; the spelling of actions
(`sqs:sendmessage`, `SNS:Publish`) and S3's quotes are as the services answer.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from localstack.aws.api import CommonServiceException
from localstack.aws.spec import load_service

from lab_engine.iam.actions.requirement import ANY_RESOURCE
from lab_engine.iam.evaluator import Reason

if TYPE_CHECKING:
    from lab_engine.iam.evaluator import Decision
    from lab_engine.iam.policy import Request

_FORBIDDEN: Final = 403
_BAD_REQUEST: Final = 400
_AS_IN_QUERY: Final = ("cloudwatch", "sqs")
"""Services that kept the codes they had with the query protocol when they got another."""
_DENIED: Final = {
    "json": ("AccessDeniedException", _BAD_REQUEST),
    "rest-json": ("AccessDeniedException", _FORBIDDEN),
}
_UNKNOWN_KEY: Final = {
    "json": ("UnrecognizedClientException", _BAD_REQUEST),
    "rest-json": ("UnrecognizedClientException", _FORBIDDEN),
}
"""By protocol (API reference of each service, "Common Errors"); all others answer as query does."""

_BECAUSE: Final = {
    Reason.IDENTITY_DENIES: "with an explicit deny in an identity-based policy",
    Reason.RESOURCE_DENIES: "with an explicit deny in a resource-based policy",
    Reason.BOUNDARY_DENIES: "with an explicit deny in a permissions boundary",
    Reason.SESSION_DENIES: "with an explicit deny in a session policy",
    Reason.NO_IDENTITY_ALLOWS: "because no identity-based policy allows the {action} action",
    Reason.NO_RESOURCE_ALLOWS: "because no resource-based policy allows the {action} action",
    Reason.NO_BOUNDARY_ALLOWS: "because no permissions boundary allows the {action} action",
    Reason.NO_SESSION_ALLOWS: "because no session policy allows the {action} action",
}


def denied(service: str, request: Request, decision: Decision) -> CommonServiceException:
    """Return a service's error for a denied request."""
    if service == "sns":
        code, status = "AuthorizationError", _FORBIDDEN
    else:
        code, status = _DENIED.get(_protocol(service), ("AccessDenied", _FORBIDDEN))
    return CommonServiceException(code, message(request, decision), status, sender_fault=True)


def unknown_key(service: str) -> CommonServiceException:
    """Return the error for an access key that belongs to nobody."""
    if service == "s3":
        return CommonServiceException(
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
            _FORBIDDEN,
        )
    code, status = _UNKNOWN_KEY.get(_protocol(service), ("InvalidClientTokenId", _FORBIDDEN))
    told = "The security token included in the request is invalid."
    return CommonServiceException(code, told, status, sender_fault=True)


@cache
def _protocol(service: str) -> str:
    if service in _AS_IN_QUERY:
        return "query"
    return str(load_service(service).protocol)


def message(request: Request, decision: Decision) -> str:
    """Return AWS's sentence: who may not do what on which resource, and why."""
    if request.principal.is_federated:
        return f"Not authorized to perform {request.action}"
    if request.action == "iam:PassRole" and request.is_foreign:
        return "Cross-account pass role is not allowed."
    if not request.principal.has_identity_policies and not request.principal.is_service:
        return "Access Denied"
    action = _spelled(request.action)
    sentence = f"User: {request.principal.arn} is not authorized to perform: {action}"
    if request.resource != ANY_RESOURCE:
        quote = '"' if request.action.startswith("s3:") else ""
        sentence += f" on resource: {quote}{request.resource}{quote}"
    if request.action == "sts:AssumeRole":
        # STS does not tell which policy of the role denied the request.
        return sentence
    return f"{sentence} {_BECAUSE[decision.reason].format(action=action)}"


def _spelled(action: str) -> str:
    if action.startswith("sqs:"):
        return action.lower()
    return action.replace("sns:", "SNS:", 1) if action.startswith("sns:") else action
