"""The permissions AWS checks when a resource is created, on behalf of the role it will use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localstack.aws.api import CommonServiceException
from localstack.aws.api.lambda_ import InvalidParameterValueException
from localstack.services.lambda_.provider import LambdaProvider
from localstack.services.stepfunctions.provider import StepFunctionsProvider
from localstack.utils.patch import patch

from lab_engine.iam import authorization
from lab_engine.iam.actions.requirement import Requirement
from lab_engine.iam.policy import Principal

if TYPE_CHECKING:
    from collections.abc import Callable

_POLLER_ACTIONS: Final = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")


def install() -> None:
    """Adds the checks that LocalStack leaves out.

    It already asks Lambda to assume a new function's role, and tries a bucket notification on its
    target: with enforcement on, both fail as on AWS.
    """
    patch(LambdaProvider.check_service_resource_exists)(_check_poller_permissions)
    patch(StepFunctionsProvider.create_state_machine)(_check_trust_on_creation)
    patch(StepFunctionsProvider.update_state_machine)(_check_trust_on_update)


def _check_poller_permissions(
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


def _check_trust_on_creation(
    create: Callable[..., Any], self: Any, context: Any, request: Any, **kwargs: Any
) -> Any:
    arn = f"arn:aws:states:{context.region}:{context.account_id}:stateMachine:{request['name']}"
    _require_trust_in_step_functions(request["roleArn"], arn)
    return create(self, context, request, **kwargs)


def _check_trust_on_update(
    update: Callable[..., Any], self: Any, context: Any, state_machine_arn: str, **kwargs: Any
) -> Any:
    if kwargs.get("role_arn"):
        _require_trust_in_step_functions(kwargs["role_arn"], state_machine_arn)
    return update(self, context, state_machine_arn, **kwargs)


def _require_trust_in_step_functions(role_arn: str, state_machine_arn: str) -> None:
    requirement = Requirement("sts:AssumeRole", role_arn)
    service = Principal(authorization.STEP_FUNCTIONS, is_service=True)
    keys = authorization.source_keys(state_machine_arn)
    _, decision = authorization.authorize(service, requirement, keys)
    if not decision.allowed:
        message = (
            f"Neither the global service principal {service.arn}, nor the regional one is "
            "authorized to assume the provided role."
        )
        raise CommonServiceException("AccessDeniedException", message)
