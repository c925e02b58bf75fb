"""Assume a task's role as Step Functions does: for its state machine, and only if it is trusted.

LocalStack assumes every role as the service and does not name the state machine. So a trust policy
that names the machine refuses it, and the role of a Task's `Credentials` is assumed although the
execution role may not. A refusal ends the task with AWS's error.

Source: Step Functions developer guide, "Accessing resources in other AWS accounts"; the error and
its cause as AWS recorded them in LocalStack's own suite.
"""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.api.stepfunctions import HistoryEventType, TaskFailedEventDetails
from localstack.aws.connect import connect_to
from localstack.services.stepfunctions.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name_type import (  # noqa: E501 - LocalStack's own name
    StatesErrorNameType,
)
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.credentials import (  # noqa: E501 - LocalStack's own name
    StateCredentials,
)
from localstack.services.stepfunctions.asl.eval.event.event_detail import EventDetails
from localstack.services.stepfunctions.asl.utils.boto_client import _BOTO_CLIENT_CONFIG

_FORBIDDEN = 403
_SESSION = "lab-state-machine"


@dataclass
class TaskRole(StateCredentials):  # type: ignore[misc]
    """The role of one task, and where it comes from.

    Attributes:
        env: the execution's environment, which knows its role and its state machine.
    """

    env: Any

    @property
    def execution_role_arn(self) -> str:
        """The role of the state machine."""
        return str(self.env.aws_execution_details.role_arn)

    @property
    def state_machine_arn(self) -> str:
        """The state machine for which the role is assumed; empty in TestState."""
        context = self.env.states.context_object.context_object_data
        return str(context.get("StateMachine", {}).get("Id", ""))


def role_of_task(original: Any, self: Any, env: Any) -> TaskRole:
    """Keep with a task's role the execution for which it is assumed."""
    return TaskRole(original(self, env).role_arn, env)


def client_for(service: str, region: str, credentials: StateCredentials) -> Any:
    """Return a client that acts in a task's role.

    Raises:
        FailureEventException: The role may not be assumed; the task fails.
    """
    if not isinstance(credentials, TaskRole):  # the reader and the writer of a Map
        factory = _as_service(region, credentials.role_arn, None, None)
        return factory.get_client(service=service)
    factory = _as_service(
        region, credentials.execution_role_arn, credentials.state_machine_arn, credentials.env
    )
    if credentials.role_arn != credentials.execution_role_arn:
        factory = _as_execution_role(factory, region, credentials)
    return factory.get_client(service=service)


def _as_service(region: str, role_arn: str, state_machine_arn: str | None, env: Any) -> Any:
    sts = connect_to(region_name=region, config=_BOTO_CLIENT_CONFIG).sts
    service = sts.request_metadata(source_arn=state_machine_arn, service_principal="states")
    try:
        return _assume(service, region, role_arn)
    except ClientError as error:
        if env is None or not _is_refused(error):
            raise
        cause = (
            "Neither the global service principal states.amazonaws.com, nor the regional one is "
            "authorized to assume the provided role."
        )
        raise _failure(env, cause) from error


def _as_execution_role(factory: Any, region: str, credentials: TaskRole) -> Any:
    try:
        return _assume(factory.get_client(service="sts"), region, credentials.role_arn)
    except ClientError as error:
        if not _is_refused(error):
            raise
        cause = (
            f"The role {credentials.execution_role_arn} is not authorized to assume the task "
            f"state's role, {credentials.role_arn}."
        )
        raise _failure(credentials.env, cause) from error


def _assume(sts: Any, region: str, role_arn: str) -> Any:
    answer = sts.assume_role(RoleArn=role_arn, RoleSessionName=_SESSION)
    keys = answer["Credentials"]
    return connect_to(
        region_name=region,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        config=_BOTO_CLIENT_CONFIG,
    )


def _is_refused(error: ClientError) -> bool:
    return bool(error.response["ResponseMetadata"]["HTTPStatusCode"] == _FORBIDDEN)


def _failure(env: Any, cause: str) -> FailureEventException:
    name = StatesErrorName(typ=StatesErrorNameType.StatesTaskFailed)
    details = TaskFailedEventDetails(error=name.error_name, cause=cause)
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=name,
            event_type=HistoryEventType.TaskFailed,
            event_details=EventDetails(taskFailedEventDetails=details),
        )
    )
