"""The permissions of a role that AWS checks when a resource with the role is created."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from localstack.aws.api import CommonServiceException
from localstack.aws.api.lambda_ import InvalidParameterValueException, TracingMode
from localstack.services.lambda_.invocation.models import lambda_stores

from lab_engine.iam import authorization
from lab_engine.iam.actions.requirement import ANY_RESOURCE, Requirement
from lab_engine.iam.policy import Principal

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.aws.api import RequestContext

_WITH_WORKFLOW_ROLE: Final = ("CreateStateMachine", "UpdateStateMachine")
_POLLER_ACTIONS: Final = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
SENDING_SEGMENTS: Final = Requirement("xray:PutTraceSegments", ANY_RESOURCE)
"""What the role of a function or a state machine needs for its traces."""


def check_poller_permissions(
    check: Callable[..., None],
    self: Any,
    service: str,
    resource_arn: str,
    function_arn: str,
    function_role_arn: str,
) -> None:
    """Refuse an event source whose function's role may not read the queue.

    Source: Lambda developer guide, "Using Lambda with Amazon SQS".
    """
    if service in ("sqs", "sqs-fifo"):
        role = authorization.role(function_role_arn)
        for action in _POLLER_ACTIONS:
            requirement = Requirement(f"sqs:{action}", resource_arn)
            _, decision = authorization.authorize(role, requirement, {})
            if not decision.allowed:
                message = (
                    f"The provided execution role does not have permissions to call {action} on SQS"
                )
                raise InvalidParameterValueException(message, Type="User")
    check(self, service, resource_arn, function_arn, function_role_arn)


def check_filter_rules_first(validate: Callable[..., None], self: Any, verification: Any) -> None:
    """Refuse a notification's bad filter before its target is checked, as S3 does."""
    if not verification.skip_destination_validation:
        rules = verification.configuration.get("Filter", {}).get("Key", {}).get("FilterRules")
        if rules:
            unverified = replace(verification, skip_destination_validation=True)
            validate(self, unverified)
    validate(self, verification)


def check_workflow_role(_chain: object, context: RequestContext, _response: object) -> None:
    """Refuse a state machine whose role does not trust Step Functions.

    LocalStack itself lets Lambda assume a new function's role, and sends a test notification to a
    bucket's target: with enforcement on, both fail as on AWS.
    """
    if context.operation is None or context.operation.name not in _WITH_WORKFLOW_ROLE:
        return
    request: Any = context.service_request or {}
    if role_arn := request.get("roleArn"):
        arn = request.get("stateMachineArn") or (
            f"arn:aws:states:{context.region}:{context.account_id}:stateMachine:{request['name']}"
        )
        _require_trust_in_step_functions(role_arn, arn, context.region)


def _require_trust_in_step_functions(role_arn: str, state_machine_arn: str, region: str) -> None:
    requirement = Requirement("sts:AssumeRole", role_arn)
    service = Principal(authorization.STEP_FUNCTIONS, is_service=True, region=region)
    keys = authorization.source_keys(state_machine_arn)
    _, decision = authorization.authorize(service, requirement, keys)
    if not decision.allowed:
        message = (
            f"Neither the global service principal {service.arn}, nor the regional one is "
            "authorized to assume the provided role."
        )
        raise CommonServiceException("AccessDeniedException", message)


def check_traced_function(_chain: object, context: RequestContext, _response: object) -> None:
    """Refuse active tracing of a function whose role may not send segments, as Lambda does."""
    if context.operation is None or context.service is None:
        return
    if context.service.service_name != "lambda":
        return
    request: Any = context.service_request or {}
    if context.operation.name == "CreateFunction":
        mode, role = _tracing_mode(request), request.get("Role")
    elif context.operation.name == "UpdateFunctionConfiguration":
        if not {"TracingConfig", "Role"} & set(request):
            return
        now = _function_settings(context, request["FunctionName"])
        mode = _tracing_mode(request) or (now and now.tracing_config_mode)
        role = request.get("Role") or (now and now.role)
    else:
        return
    if mode != TracingMode.Active or not role:
        return
    _, decision = authorization.authorize(authorization.role(role), SENDING_SEGMENTS, {})
    if not decision.allowed:
        message = (
            "The provided execution role does not have permissions to call PutTraceSegments on XRAY"
        )
        raise InvalidParameterValueException(message, Type="User")


def _tracing_mode(request: Any) -> str | None:
    mode: str | None = (request.get("TracingConfig") or {}).get("Mode")
    return mode


def _function_settings(context: RequestContext, named: str) -> Any:
    """Return the settings that a function has; None if there is no such function."""
    name = named.rpartition("function:")[2].partition(":")[0]
    function = lambda_stores[context.account_id][context.region].functions.get(name)
    return function.latest().config if function else None
