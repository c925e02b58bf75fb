"""Check each parsed request before the service gets it: IAM must allow it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from localstack.aws.api import CommonServiceException
from localstack.aws.protocol.serializer import create_serializer

from lab_engine.iam import (
    actions,
    authorization,
    bookkeeping,
    denials,
    federation,
    principals,
    resource_policies,
    sessions,
)
from lab_engine.iam.actions import s3
from lab_engine.iam.actions.requirement import Requirement, Scope
from lab_engine.iam.mode import Mode
from lab_engine.iam.policy import ANONYMOUS, Principal

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.aws.api import RequestContext
    from localstack.http import Response

    from lab_engine.iam.evaluator import Decision
    from lab_engine.iam.journal import Journal
    from lab_engine.iam.patterns import Context
    from lab_engine.iam.policy import Request

LOG = logging.getLogger(__name__)

_BAD_REQUEST: Final = 400
_NOT_FOUND: Final = 404
_OPEN_BY_TOKEN: Final = ("ConfirmSubscription", "Unsubscribe")
"""The links in SNS's mails carry a token instead of a signature."""
_MISSING_OBJECT_CODES: Final = ("NoSuchKey", "NoSuchVersion", "404")


class Enforcement:
    """The handlers for LocalStack's chain; the mode is ENFORCE or LOG."""

    def __init__(self, mode: Mode, journal: Journal) -> None:
        self._mode = mode
        self._journal = journal

    def check_request(self, _chain: object, context: RequestContext, _response: Response) -> None:
        """Raise the service's own error if the caller lacks a permission."""
        if context.operation is None or context.service is None:
            return
        service, operation = context.service.service_name, context.operation.name
        if _is_refused_anyway(context) or bookkeeping.is_internal(context):
            return
        caller = self._caller(context, service)
        if caller is principals.LOCALSTACK_ITSELF or (
            caller is ANONYMOUS and service == "sns" and operation in _OPEN_BY_TOKEN
        ):
            return
        refusal = sessions.refusal(caller, service, operation)
        if refusal and self._mode is Mode.ENFORCE:
            raise refusal
        parameters = _parameters(context, service)
        if service == "s3" and operation != "CreateBucket" and _bucket_is_missing(parameters):
            return  # S3 tells everybody that a bucket does not exist
        keys = authorization.condition_keys(context, caller)
        scope = Scope(context.account_id, context.region, caller.arn)
        denied_keys = {}
        for requirement in actions.required(service, operation, parameters, scope):
            if authorization.is_roots_own(caller, requirement):
                continue
            request, decision = self._decide(caller, requirement, keys)
            if decision.allowed or self._mode is Mode.LOG:
                continue
            if operation == "DeleteObjects":
                denied_keys[requirement.resource] = denials.message(request, decision)
                continue
            raise denials.denied(service, request, decision)
        context.lab_denied_objects = denied_keys

    def hide_missing_objects(
        self, _chain: object, context: RequestContext, response: Response
    ) -> None:
        """Answer 403, not 404, to a caller who may not list the bucket (S3, GetObject)."""
        if response.status_code != _NOT_FOUND or context.operation is None:
            return
        if context.service is None or context.service.service_name != "s3":
            return
        code = getattr(context.service_exception, "code", None)
        bucket = (context.service_request or {}).get("Bucket")
        if (
            code not in _MISSING_OBJECT_CODES
            or not bucket
            or _bucket_is_missing({"Bucket": bucket})
        ):
            return
        caller = self._caller(context, "s3")
        requirement = Requirement("s3:ListBucket", s3.bucket_arn(bucket))
        if authorization.is_roots_own(caller, requirement):
            return
        keys = authorization.condition_keys(context, caller)
        request, decision = self._decide(caller, requirement, keys)
        if decision.allowed:
            return
        context.service_exception = denials.denied("s3", request, decision)
        serializer = create_serializer(context.service, context.protocol)
        response.update_from(
            serializer.serialize_error_to_response(
                context.service_exception,
                context.operation,
                context.request.headers,
                context.request_id,
            )
        )

    def _caller(self, context: RequestContext, service: str) -> Principal:
        if service == "sts" and context.operation.name in federation.OPERATIONS:
            return self._provider(context)
        try:
            return principals.identify(context)
        except principals.UnknownAccessKeyError as unknown:
            if self._mode is Mode.LOG:
                LOG.warning("IAM would not know the access key %s", unknown)
                return principals.LOCALSTACK_ITSELF
            raise denials.unknown_key(service) from unknown

    def _provider(self, context: RequestContext) -> Principal:
        """Return the identity provider of the caller, whoever signed the request."""
        parameters = context.service_request or {}
        try:
            provider = federation.caller(context.operation.name, parameters)
            if federation.must_be_known(provider) and not principals.has_identity_provider(
                provider.arn
            ):
                raise federation.InvalidIdentityTokenError(
                    f"No identity provider {provider.arn} in the account"
                )
        except federation.InvalidIdentityTokenError as invalid:
            if self._mode is Mode.LOG:
                LOG.warning("IAM would refuse the identity token: %s", invalid)
                return principals.LOCALSTACK_ITSELF
            raise CommonServiceException(
                "InvalidIdentityToken", str(invalid), _BAD_REQUEST, sender_fault=True
            ) from invalid
        return provider

    def _decide(
        self, caller: Principal, requirement: Requirement, keys: Context
    ) -> tuple[Request, Decision]:
        request, decision = authorization.authorize(caller, requirement, keys)
        self._journal.record(request, decision)
        if not decision.allowed:
            verb = "would deny" if self._mode is Mode.LOG else "denies"
            LOG.warning("IAM %s: %s", verb, denials.message(request, decision))
        return request, decision


def _parameters(context: RequestContext, service: str) -> dict[str, Any]:
    """Return the operation's input, with parameters from other parts of the request."""
    parameters: dict[str, Any] = context.service_request or {}
    if context.operation.name == "PostObject":
        return {**parameters, "Key": _key_of_form(context)}
    if service == "sqs" and "QueueUrl" in context.operation.input_shape.members:
        # A request without a queue is for the queue at whose address it arrived.
        return {"QueueUrl": context.request.base_url, **parameters}
    return parameters


def _key_of_form(context: RequestContext) -> str | None:
    key: str | None = context.request.form.get("key")
    uploaded = context.request.files.get("file")
    return key.replace("${filename}", uploaded.filename or "") if key and uploaded else key


def _is_refused_anyway(context: RequestContext) -> bool:
    """Tell whether S3 refuses the request before it checks permissions."""
    content_type = context.request.headers.get("Content-Type", "")
    return context.operation.name == "PostObject" and "multipart/form-data" not in content_type


def _bucket_is_missing(parameters: Any) -> bool:
    bucket = parameters.get("Bucket")
    return bucket is not None and not resource_policies.bucket_exists(bucket)


def delete_allowed_objects(
    delete_objects: Callable[..., Any],
    self: Any,
    context: RequestContext,
    bucket: str,
    delete: dict[str, Any],
    **kwargs: object,
) -> Any:
    """Delete the allowed objects and report an error for each other one."""
    denied = getattr(context, "lab_denied_objects", {})
    if not denied:
        return delete_objects(self, context, bucket, delete, **kwargs)
    allowed, errors = [], []
    for entry in delete["Objects"]:
        reason = denied.get(s3.object_arn(bucket, entry["Key"]))
        if reason is None:
            allowed.append(entry)
        else:
            errors.append({**entry, "Code": "AccessDenied", "Message": reason})
    if not allowed:
        return {"Errors": errors}
    answer = delete_objects(self, context, bucket, {**delete, "Objects": allowed}, **kwargs)
    return {**answer, "Errors": [*answer.get("Errors", []), *errors]}
