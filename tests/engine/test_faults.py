"""The fault switch: what a struck service answers, and what is left of a struck function."""

import base64
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.engine.conftest import LocalStack
from tests.engine.functions import create_function
from tests.engine.waiting import wait_for

ASKS_AWS = """
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError

    def handler(event, context):
        once = Config(retries={"total_max_attempts": 1})
        client = boto3.client(event["service"], config=once)
        try:
            getattr(client, event["method"])(**event.get("arguments", {}))
        except ClientError as error:
            answer = error.response
            return [answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]]
        return "done"
"""


@pytest.fixture(scope="module")
def function(localstack: LocalStack) -> str:
    return create_function(localstack, ASKS_AWS, Timeout=20)


@pytest.fixture(autouse=True)
def all_off(localstack: LocalStack) -> Iterator[None]:
    yield
    requests.delete(f"{localstack.endpoint}/_lab/faults", timeout=60).raise_for_status()


def switch_on(localstack: LocalStack, **fault: Any) -> dict[str, Any]:
    answer = requests.post(f"{localstack.endpoint}/_lab/faults", json=fault, timeout=60)
    assert answer.status_code == 201, answer.text
    described: dict[str, Any] = answer.json()
    return described


def struck(localstack: LocalStack) -> list[int]:
    return [fault["struck"] for fault in localstack.page("/_lab/faults")["faults"]]


def ask(localstack: LocalStack, function: str, service: str, method: str, **arguments: Any) -> Any:
    event = {"service": service, "method": method, "arguments": arguments}
    answer = localstack.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    return json.loads(answer["Payload"].read())


@pytest.mark.gap("faults", "a service can be made to throttle or fail", plain="200 == 201")
@pytest.mark.parametrize(
    ("kind", "call", "expected"),
    [
        ("throttle", ("s3", "list_buckets"), ["SlowDown", 503]),
        ("throttle", ("sqs", "list_queues"), ["RequestThrottled", 400]),
        ("throttle", ("stepfunctions", "list_state_machines"), ["ThrottlingException", 400]),
        ("throttle", ("sns", "list_topics"), ["Throttling", 400]),
        ("throttle", ("lambda", "list_functions"), ["TooManyRequestsException", 429]),
        ("throttle", ("logs", "describe_log_groups"), ["ThrottlingException", 400]),
        ("throttle", ("cloudwatch", "describe_alarms"), ["Throttling", 400]),
        ("error", ("s3", "list_buckets"), ["InternalError", 500]),
        ("error", ("sqs", "list_queues"), ["InternalFailure", 500]),
        ("error", ("stepfunctions", "list_state_machines"), ["InternalFailure", 500]),
        ("error", ("sns", "list_topics"), ["InternalError", 500]),
        ("error", ("lambda", "list_functions"), ["ServiceException", 500]),
        ("error", ("logs", "describe_log_groups"), ["ServiceUnavailableException", 500]),
        ("error", ("cloudwatch", "describe_alarms"), ["InternalServiceError", 500]),
    ],
)
def test_a_struck_service_answers_in_its_own_words_and_only_as_often_as_asked(
    localstack: LocalStack, function: str, kind: str, call: tuple[str, str], expected: list[Any]
) -> None:
    # The operation is named, because LocalStack itself writes the function's log meanwhile.
    operation = "".join(word.title() for word in call[1].split("_"))
    switch_on(localstack, kind=kind, target=call[0], operation=operation, calls=1)

    assert ask(localstack, function, *call) == expected
    assert ask(localstack, function, *call) == "done"
    assert struck(localstack) == [1]


@pytest.mark.gap("faults", "a service can be made slow", plain="200 == 201")
def test_a_slow_service_answers_rightly_after_its_delay(
    localstack: LocalStack, function: str
) -> None:
    ask(localstack, function, "s3", "list_buckets")  # warm
    switch_on(localstack, kind="slow", target="s3", delay=2, calls=1)
    began = time.monotonic()

    assert ask(localstack, function, "s3", "list_buckets") == "done"
    assert time.monotonic() - began >= 2


def test_only_the_operation_and_the_role_that_were_named_are_struck(
    localstack: LocalStack, function: str
) -> None:
    role = localstack.client("lambda").get_function_configuration(FunctionName=function)["Role"]
    other = create_function(localstack, ASKS_AWS, Timeout=20)
    switch_on(
        localstack,
        kind="throttle",
        target="sqs",
        operation="ListQueues",
        role=role.rpartition("/")[2],
    )

    assert ask(localstack, other, "sqs", "list_queues") == "done"
    queue = f"queue-{uuid.uuid4().hex[:8]}"
    assert ask(localstack, function, "sqs", "create_queue", QueueName=queue) == "done"
    assert ask(localstack, function, "sqs", "list_queues") == ["RequestThrottled", 400]


def test_people_are_not_struck(localstack: LocalStack) -> None:
    switch_on(localstack, kind="error", target="s3")
    localstack.client("s3").list_buckets()
    assert struck(localstack) == [0]


def test_a_fault_ends_with_its_time(localstack: LocalStack, function: str) -> None:
    ask(localstack, function, "s3", "list_buckets")  # warm
    switch_on(localstack, kind="error", target="s3", seconds=0.5)
    time.sleep(0.6)
    assert ask(localstack, function, "s3", "list_buckets") == "done"
    assert localstack.page("/_lab/faults")["faults"][0]["over"]


@pytest.mark.gap("faults", "a function can be killed", plain="200 == 201")
@pytest.mark.parametrize(("point", "queue_exists"), [("before", 0), ("during", 0), ("after", 1)])
def test_a_function_is_killed_before_during_or_after_its_effect(
    localstack: LocalStack, function: str, point: str, queue_exists: int
) -> None:
    queue = f"queue-{uuid.uuid4().hex[:8]}"
    switch_on(localstack, kind="kill", target=function, at=point)

    lost = ask(localstack, function, "sqs", "create_queue", QueueName=queue)

    assert lost["errorType"] == "Runtime.ExitError", lost
    found = localstack.client("sqs").list_queues(QueueNamePrefix=queue).get("QueueUrls", [])
    assert len(found) == queue_exists
    assert struck(localstack) == [1]
    assert ask(localstack, function, "sqs", "create_queue", QueueName=queue) == "done"


def test_a_function_outgrows_its_memory_as_often_as_asked_in_aws_s_own_words(
    localstack: LocalStack, function: str
) -> None:
    ask(localstack, function, "s3", "list_buckets")  # warm
    switch_on(localstack, kind="memory", target=function, calls=2)

    for _ in range(2):
        event = json.dumps({"service": "s3", "method": "list_buckets"})
        answer = localstack.client("lambda").invoke(
            FunctionName=function, Payload=event, LogType="Tail"
        )
        lost = json.loads(answer["Payload"].read())
        assert lost["errorType"] == "Runtime.OutOfMemory"
        assert lost["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")
        tail = base64.b64decode(answer["LogResult"]).decode()
        assert "Memory Size: 128 MB\tMax Memory Used: 128 MB" in tail
        assert "Status: error\tError Type: Runtime.OutOfMemory" in tail

    assert struck(localstack) == [2]
    assert ask(localstack, function, "s3", "list_buckets") == "done"


def test_a_function_that_outgrows_its_memory_is_stopped_in_its_work(
    localstack: LocalStack,
) -> None:
    sleeper = create_function(
        localstack, "import time\ndef handler(event, context): time.sleep(event)", Timeout=60
    )
    switch_on(localstack, kind="memory", target=sleeper)
    began = time.monotonic()

    answer = localstack.client("lambda").invoke(FunctionName=sleeper, Payload="50")

    assert json.loads(answer["Payload"].read())["errorType"] == "Runtime.OutOfMemory"
    assert time.monotonic() - began < 25


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        ({}, "kind is None, but must be one of: throttle, error, slow, kill, memory"),
        ({"kind": "error", "target": "ec2"}, "target is 'ec2', but must be one of: s3, sqs,"),
        ({"kind": "kill", "target": "nobody"}, "target is 'nobody'"),
        ({"kind": "memory", "target": "s3"}, "target is 's3'"),
        ({"kind": "error", "target": "s3", "operation": "Get"}, "operation is 'Get'"),
        ({"kind": "error", "target": "s3", "role": "nobody"}, "role is 'nobody'"),
        ({"kind": "error", "target": "s3", "calls": 0}, "calls is 0, but must be a whole number"),
        ({"kind": "error", "target": "s3", "calls": 1.5}, "calls is 1.5"),
        ({"kind": "error", "target": "s3", "seconds": "5"}, "seconds is '5'"),
        ({"kind": "error", "target": "s3", "delay": 5}, "'delay' means nothing for error"),
        ({"kind": "error", "target": "s3", "speed": 5}, "there is no 'speed' in a fault"),
    ],
)
def test_a_fault_that_cannot_be_is_refused_in_one_line(
    localstack: LocalStack, fault: dict[str, Any], complaint: str
) -> None:
    answer = requests.post(f"{localstack.endpoint}/_lab/faults", json=fault, timeout=60)

    assert answer.status_code == 400
    assert answer.json()["error"].startswith(complaint), answer.text
    assert "\n" not in answer.json()["error"]
    assert localstack.page("/_lab/faults")["faults"] == []


def test_one_fault_is_switched_off_and_an_unknown_one_is_said_to_be_unknown(
    localstack: LocalStack,
) -> None:
    first = switch_on(localstack, kind="error", target="s3")
    second = switch_on(localstack, kind="error", target="sqs")
    page = f"{localstack.endpoint}/_lab/faults"

    assert requests.delete(f"{page}/{first['id']}", timeout=60).status_code == 200
    assert requests.delete(f"{page}/{first['id']}", timeout=60).status_code == 404
    assert [each["id"] for each in localstack.page("/_lab/faults")["faults"]] == [second["id"]]


def test_a_functions_log_arrives_though_cloudwatch_logs_fails_for_a_while(
    localstack: LocalStack, function: str
) -> None:
    """Five times in a row: as often as botocore asks unless told otherwise."""
    ask(localstack, function, "sts", "get_caller_identity")  # its log stream is there
    switch_on(localstack, kind="error", target="logs", operation="PutLogEvents", calls=5)
    answer = localstack.client("lambda").invoke(FunctionName=function, Payload="{}")
    request_id = answer["ResponseMetadata"]["RequestId"]
    logs = localstack.client("logs")

    def arrived() -> bool:
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/{function}"
        )
        return any(request_id in event["message"] for page in pages for event in page["events"])

    wait_for("the log", arrived, 60, seen=lambda: struck(localstack))
    assert struck(localstack) == [5]
