"""The names of Lambda errors in workflows, and what StartExecution refuses."""

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.engine.conftest import REGION, LocalStack
from tests.engine.functions import create_function, create_state_machine, only
from tests.engine.waiting import wait_for_execution

NOTHING = "def handler(event, context):\n    return 1"
TOO_LARGE = "def handler(event, context):\n    return 'x' * 300_000"


def outcome(localstack: LocalStack, machine: str) -> tuple[dict[str, Any], list[str]]:
    """An execution's description at its end, and the types of its history's events."""
    states = localstack.client("stepfunctions")
    arn = states.start_execution(stateMachineArn=machine)["executionArn"]
    described = wait_for_execution(localstack, arn)
    events = states.get_execution_history(executionArn=arn)["events"]
    return described, [event["type"] for event in events]


THROTTLED = pytest.mark.gap(
    "stepfunctions",
    "a failed Lambda request has its own name",
    plain="assert 'Exception' == 'Lambda",
)


@pytest.mark.parametrize("form", [pytest.param("function ARN", marks=THROTTLED), "lambda:invoke"])
def test_25_a_throttled_task_is_retried_by_the_name_in_its_retry(
    localstack: LocalStack, form: str
) -> None:
    function = create_function(localstack, NOTHING)
    client = localstack.client("lambda")
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    arn = client.get_function(FunctionName=function)["Configuration"]["FunctionArn"]
    task: dict[str, Any] = {"Type": "Task", "End": True, "Resource": arn}
    if form == "lambda:invoke":
        task["Resource"] = "arn:aws:states:::lambda:invoke"
        task["Parameters"] = {"FunctionName": arn}
    error = "Lambda.TooManyRequestsException"
    task["Retry"] = [{"ErrorEquals": [error], "IntervalSeconds": 1, "MaxAttempts": 1}]

    described, events = outcome(localstack, create_state_machine(localstack, only(task)))

    assert described["error"] == error
    failures = [event for event in events if event in {"LambdaFunctionFailed", "TaskFailed"}]
    assert len(failures) == 2, events


@pytest.mark.gap("stepfunctions", "an execution's name is checked", plain="DID NOT RAISE")
@pytest.mark.parametrize("name", ["with space", "a/b", "a:b", "a#b", "ก" * 81, "tab\t"])
def test_20_an_execution_name_that_aws_refuses_is_refused(
    localstack: LocalStack, name: str
) -> None:
    machine = create_state_machine(localstack, only({"Type": "Pass", "End": True}))
    with pytest.raises(ClientError) as refused:
        localstack.client("stepfunctions").start_execution(stateMachineArn=machine, name=name)
    expected = "ValidationException" if len(name) > 80 else "InvalidName"
    assert refused.value.response["Error"]["Code"] == expected


@pytest.mark.gap("stepfunctions", "an execution's input is bounded", plain="DID NOT RAISE")
def test_an_input_above_256_kib_is_refused(localstack: LocalStack) -> None:
    machine = create_state_machine(localstack, only({"Type": "Pass", "End": True}))
    states = localstack.client("stepfunctions")
    fits = json.dumps("ก" * 87_380, ensure_ascii=False)
    states.start_execution(stateMachineArn=machine, input=fits)
    with pytest.raises(ClientError, match="less than or equal to 262144"):
        states.start_execution(stateMachineArn=machine, input=fits + "   ")


@pytest.mark.gap(
    "stepfunctions",
    "asking whether something is present is no error",
    plain="NoSuchJsonPathError",
)
def test_a_choice_may_ask_for_what_is_absent_without_an_error_in_the_log(
    localstack: LocalStack,
) -> None:
    absent = f"$.absent_{uuid.uuid4().hex}"
    is_there = {"Variable": absent, "IsPresent": True, "Next": "There"}
    definition = {
        "StartAt": "Look",
        "States": {
            "Look": {"Type": "Choice", "Choices": [is_there], "Default": "Absent"},
            "There": {"Type": "Fail"},
            "Absent": {"Type": "Succeed"},
        },
    }
    states = localstack.client("stepfunctions")
    machine = create_state_machine(localstack, definition)

    arn = states.start_execution(stateMachineArn=machine)["executionArn"]

    assert wait_for_execution(localstack, arn)["status"] == "SUCCEEDED"
    assert [line for line in localstack.log.splitlines() if absent in line] == []


def caught_by_all(task: dict[str, Any]) -> dict[str, Any]:
    """A definition with one task whose Catch is for States.ALL."""
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    states = {"Work": task | {"Catch": catch, "End": True}, "Caught": {"Type": "Succeed"}}
    return {"StartAt": "Work", "States": states}


@pytest.mark.gap(
    "stepfunctions",
    "States.ALL does not match States.DataLimitExceeded and States.Runtime",
    plain="assert 'SUCCEEDED' == 'FAILED'",
)
@pytest.mark.parametrize(
    ("code", "settings", "error"),
    [
        pytest.param(TOO_LARGE, {}, "States.DataLimitExceeded", id="too large a result"),
        pytest.param(
            NOTHING, {"Parameters": {"a.$": "$.absent"}}, "States.Runtime", id="a missing path"
        ),
    ],
)
def test_states_all_does_not_catch_what_aws_excepts(
    localstack: LocalStack, code: str, settings: dict[str, Any], error: str
) -> None:
    function = create_function(localstack, code)
    arn = f"arn:aws:lambda:{REGION}:000000000000:function:{function}"
    task = {"Type": "Task", "Resource": arn} | settings
    described, _ = outcome(localstack, create_state_machine(localstack, caught_by_all(task)))
    assert described["status"] == "FAILED"
    assert described["error"] == error


def test_a_catch_that_names_a_data_limit_catches_it(localstack: LocalStack) -> None:
    function = create_function(localstack, TOO_LARGE)
    arn = f"arn:aws:lambda:{REGION}:000000000000:function:{function}"
    definition = caught_by_all({"Type": "Task", "Resource": arn})
    definition["States"]["Work"]["Catch"][0]["ErrorEquals"] = ["States.DataLimitExceeded"]
    described, _ = outcome(localstack, create_state_machine(localstack, definition))
    assert described["status"] == "SUCCEEDED"


def test_the_cause_of_a_failed_task_shows_where_in_the_function_it_failed(
    localstack: LocalStack,
) -> None:
    function = create_function(localstack, "def handler(event, context):\n    return 1 / 0")
    arn = localstack.client("lambda").get_function(FunctionName=function)["Configuration"]
    task = {"Type": "Task", "End": True, "Resource": arn["FunctionArn"]}

    described, _ = outcome(localstack, create_state_machine(localstack, only(task)))

    [trace] = json.loads(described["cause"])["stackTrace"]
    assert trace == '  File "/var/task/function.py", line 2, in handler\n    return 1 / 0\n'
