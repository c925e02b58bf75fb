"""Name the errors of Lambda tasks as Step Functions does, so that Retry and Catch match them.

Source: "Handling errors in Step Functions workflows", and its best practice to retry
`Lambda.ServiceException`, `Lambda.AWSLambdaException`, `Lambda.SdkClientException` and
`Lambda.TooManyRequestsException`.
"""

import functools
import json
from collections.abc import Callable
from typing import Any

import botocore.session
from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.api.stepfunctions import HistoryEventType, LambdaFunctionFailedEventDetails
from localstack.services.stepfunctions.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from localstack.services.stepfunctions.asl.component.common.error_name.error_name import ErrorName
from localstack.services.stepfunctions.asl.component.common.error_name.failure_event import (
    FailureEvent,
)
from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from localstack.services.stepfunctions.asl.component.common.error_name.states_error_name_type import (  # noqa: E501 - LocalStack's own name
    StatesErrorNameType,
)
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task import (
    lambda_eval_utils,
)
from localstack.services.stepfunctions.asl.eval.event.event_detail import EventDetails
from localstack.services.stepfunctions.asl.utils.json_path import NoSuchJsonPathError


@functools.cache
def _modelled_errors() -> frozenset[str]:
    """Return the errors that Invoke declares; AWS's SDK has a class for each, one for the rest."""
    model = botocore.session.get_session().get_service_model("lambda")
    return frozenset(shape.name for shape in model.operation_model("Invoke").error_shapes)


def error_name(code: str) -> str:
    """Return the name that Step Functions gives to an error of Lambda's API.

    Args:
        code: The API's error code, such as `TooManyRequestsException`.
    """
    return f"Lambda.{code}" if code in _modelled_errors() else "Lambda.AWSLambdaException"


def error_and_cause(error: ClientError) -> tuple[str, str]:
    """Return the error's name and cause from what Lambda's API answered."""
    answer: Any = error.response
    code = answer["Error"]["Code"]
    metadata = answer["ResponseMetadata"]
    cause = (
        f"{answer['Error']['Message']} (Service: AWSLambda; "
        f"Status Code: {metadata['HTTPStatusCode']}; Error Code: {code}; "
        f"Request ID: {metadata.get('RequestId')}; Proxy: null)"
    )
    return error_name(code), cause


def name_error(from_error: Callable[..., Any], self: Any, env: Any, ex: Exception) -> Any:
    """Name the failure of a Lambda task as Step Functions does."""
    match ex:
        case ClientError():
            error, cause = error_and_cause(ex)
            return _failure(env, CustomErrorName(error), cause)
        case BotoCoreError():
            return _failure(env, CustomErrorName("Lambda.SdkClientException"), str(ex))
        case lambda_eval_utils.LambdaFunctionErrorException() if not _has_error_type(ex.payload):
            return _failure(env, CustomErrorName("Lambda.Unknown"), ex.payload)
        case NoSuchJsonPathError():
            return _failure(env, StatesErrorName(StatesErrorNameType.StatesRuntime), ex.message)
    return from_error(self, env, ex)


def _has_error_type(payload: str) -> bool:
    """Tell whether a function's error has a type; that of a lost process may have none."""
    try:
        return bool(json.loads(payload)["errorType"])
    except (ValueError, TypeError, KeyError):
        return False


def _failure(env: Any, name: ErrorName, cause: str) -> Any:
    details = LambdaFunctionFailedEventDetails(error=name.error_name, cause=cause)
    return FailureEvent(
        env=env,
        error_name=name,
        event_type=HistoryEventType.LambdaFunctionFailed,
        event_details=EventDetails(lambdaFunctionFailedEventDetails=details),
    )
