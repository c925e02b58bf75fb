"""The permissions AWS checks when a resource is created, on behalf of the role it will use."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from localstack.aws.api import CommonServiceException
from localstack.aws.api.lambda_ import InvalidParameterValueException

from lab_engine.iam import authorization
from lab_engine.iam.actions.requirement import Requirement
from lab_engine.iam.policy import Principal

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.aws.api import RequestContext

_WITH_WORKFLOW_ROLE: Final = ("CreateStateMachine", "UpdateStateMachine")
_POLLER_ACTIONS: Final = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")


def check_poller_permissions(
    check: Callable[..., None],
    self: Any,
    service: str,
    resource_arn: str,
    function_arn: str,
    function_role_arn: str,
) -> None:
    """A queue is polled with the function's role (Lambda developer guide, "Using SQS")."""
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
    """Refuse a notification's bad filter before its target is tried, as S3 does."""
    if not verification.skip_destination_validation:
        rules = verification.configuration.get("Filter", {}).get("Key", {}).get("FilterRules")
        if rules:
            unverified = replace(verification, skip_destination_validation=True)
            validate(self, unverified)
    validate(self, verification)


def check_workflow_role(_chain: Any, context: RequestContext, _response: Any) -> None:
    """Refuse a state machine whose role does not trust Step Functions.

    LocalStack already asks Lambda to assume a new function's role, and tries a bucket notification
    on its target: with enforcement on, both fail as on AWS.
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
