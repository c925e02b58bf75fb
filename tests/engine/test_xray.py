"""X-Ray: jobs that are traced end to end, found again, and those that are not."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.engine.conftest import LocalStack
from tests.engine.functions import create_function, create_role
from tests.engine.waiting import wait_for

# The function's own subsegment, as a program without the X-Ray SDK sends it.
ANNOTATES = """
import json, os, secrets, time
import boto3

def handler(event, context):
    trace = dict(part.split("=") for part in os.environ["_X_AMZN_TRACE_ID"].split(";"))
    began = time.time()
    boto3.client("xray").put_trace_segments(TraceSegmentDocuments=[json.dumps({
        "id": secrets.token_hex(8), "name": "read", "type": "subsegment",
        "trace_id": trace["Root"], "parent_id": trace["Parent"],
        "start_time": began, "end_time": time.time(),
        "annotations": {"job_id": event["job_id"]},
    })])
    return event
"""
PASSES = """
import os
def handler(event, context):
    return event | {"header": os.environ["_X_AMZN_TRACE_ID"]}
"""
FAILS = """
def handler(event, context):
    raise ValueError("no such column")
"""
STARTS = """
import json, os
import boto3
def handler(event, context):
    boto3.client("stepfunctions").start_execution(
        stateMachineArn=event["machine"], input=json.dumps(event))
    return os.environ["_X_AMZN_TRACE_ID"]
"""

SENDS = """
import os
import boto3
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=event["queue"], MessageBody="hello")
    return os.environ["_X_AMZN_TRACE_ID"]
"""

ACTIVE: dict[str, Any] = {"TracingConfig": {"Mode": "Active"}}


def machine_of(localstack: LocalStack, *functions: str, is_traced: bool = True) -> str:
    """A state machine that calls functions one after the other: the last one by its ARN alone."""
    states: dict[str, Any] = {}
    for number, name in enumerate(functions, 1):
        is_last = number == len(functions)
        states[f"Step{number}"] = (
            {"Type": "Task", "Resource": arn_of(localstack, name), "End": True}
            if is_last
            else {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {"FunctionName": name, "Payload.$": "$"},
                "OutputPath": "$.Payload",
                "Next": f"Step{number + 1}",
            }
        )
    machine = localstack.client("stepfunctions").create_state_machine(
        name=f"m{uuid.uuid4().hex[:8]}",
        definition=json.dumps({"StartAt": "Step1", "States": states}),
        roleArn=create_role(localstack, "states"),
        tracingConfiguration={"enabled": is_traced},
    )
    return str(machine["stateMachineArn"])


def arn_of(localstack: LocalStack, function: str) -> str:
    found = localstack.client("lambda").get_function_configuration(FunctionName=function)
    return str(found["FunctionArn"])


def run(localstack: LocalStack, machine: str, job: str) -> dict[str, Any]:
    """Runs a job to its end."""
    workflows = localstack.client("stepfunctions")
    execution = workflows.start_execution(
        stateMachineArn=machine, input=json.dumps({"job_id": job})
    )["executionArn"]

    def ended() -> dict[str, Any] | None:
        found = workflows.describe_execution(executionArn=execution)
        return None if found["status"] == "RUNNING" else dict(found)

    return wait_for("the end of the execution", ended)


def summaries(localstack: LocalStack, expression: str | None = None) -> list[dict[str, Any]]:
    now = datetime.now(tz=UTC)
    given = {} if expression is None else {"FilterExpression": expression}
    found = localstack.client("xray").get_trace_summaries(
        StartTime=now - timedelta(minutes=5), EndTime=now, **given
    )
    return list(found["TraceSummaries"])


def segments(localstack: LocalStack, trace: str) -> list[dict[str, Any]]:
    (found,) = localstack.client("xray").batch_get_traces(TraceIds=[trace])["Traces"]
    return [json.loads(each["Document"]) for each in found["Segments"]]


def traced(localstack: LocalStack, expression: str, count: int) -> dict[str, Any]:
    """The trace that matches, as soon as it has so many segments."""

    def whole() -> dict[str, Any] | None:
        found = summaries(localstack, expression)
        assert len(found) <= 1, "one job is one trace"
        is_whole = found and len(segments(localstack, found[0]["Id"])) == count
        return summaries(localstack, expression)[0] if is_whole else None

    return wait_for(
        "the trace",
        whole,
        seen=lambda: [segments(localstack, s["Id"]) for s in summaries(localstack)],
    )


@pytest.mark.gap(
    "xray",
    "functions with active tracing and traced state machines send their segments; a job is one "
    "trace",
    plain="gave up waiting for the trace",
)
def test_a_job_is_one_trace_from_the_state_machine_to_what_its_functions_send(
    localstack: LocalStack,
) -> None:
    job = f"job-{uuid.uuid4().hex[:8]}"
    first = create_function(localstack, ANNOTATES, **ACTIVE)
    untraced = create_function(localstack, PASSES)
    last = create_function(localstack, PASSES, **ACTIVE)
    machine = machine_of(localstack, first, untraced, last)
    answer = run(localstack, machine, job)
    summary = traced(localstack, f'annotation.job_id = "{job}"', 5)
    found = segments(localstack, summary["Id"])
    kinds = [(each["origin"], each["name"]) for each in found]
    name = machine.rpartition(":")[2]
    assert kinds[0] == ("AWS::StepFunctions::StateMachine", name)
    assert sorted(kinds[1:]) == sorted(
        (origin, function)
        for function in (first, last)
        for origin in ("AWS::Lambda", "AWS::Lambda::Function")
    )
    steps = {each["name"]: each["subsegments"] for each in found[0]["subsegments"]}
    assert list(steps) == ["Step1", "Step2", "Step3"]
    called = {each["name"]: each for each in found if each["origin"] == "AWS::Lambda"}
    assert called[first]["parent_id"] == steps["Step1"][0]["id"]
    assert called[last]["parent_id"] == steps["Step3"][0]["id"]
    itself = next(each for each in found if each.get("parent_id") == called[first]["id"])
    phases = {each["name"]: each for each in itself["subsegments"]}
    assert set(phases) == {"Initialization", "Invocation"}
    assert [each["name"] for each in phases["Invocation"]["subsegments"]] == ["read"]
    assert f"Root={summary['Id']}" in json.loads(answer["output"])["header"]
    assert summary["EntryPoint"]["Name"] == name
    assert not summary["HasFault"]
    assert summary["Duration"] >= summary["ResponseTime"] > 0


def test_what_is_not_traced_sends_nothing_and_says_so_to_its_functions(
    localstack: LocalStack,
) -> None:
    before = len(summaries(localstack))
    function = create_function(localstack, PASSES)
    answer = run(localstack, machine_of(localstack, function, is_traced=False), "none")
    assert "Sampled=0" in json.loads(answer["output"])["header"]
    control = create_function(localstack, PASSES, **ACTIVE)
    localstack.client("lambda").invoke(FunctionName=control, Payload=b"{}")
    traced(localstack, f'service("{control}")', 2)
    assert len(summaries(localstack)) == before + 1


def test_a_job_that_fails_is_a_fault_of_its_machine_and_its_function(
    localstack: LocalStack,
) -> None:
    machine = machine_of(localstack, create_function(localstack, FAILS, **ACTIVE))
    run(localstack, machine, "any")
    name = machine.rpartition(":")[2]
    summary = traced(localstack, f'service("{name}") {{ fault }}', 3)
    assert summary["HasFault"]
    for each in segments(localstack, summary["Id"]):
        assert each["fault"] is True
    assert summaries(localstack, f'service("{name}") AND ok') == []


def test_an_execution_goes_on_in_the_trace_of_the_function_that_started_it(
    localstack: LocalStack,
) -> None:
    machine = machine_of(localstack, create_function(localstack, PASSES, **ACTIVE))
    starter = create_function(localstack, STARTS, **ACTIVE)
    localstack.client("lambda").invoke(
        FunctionName=starter, Payload=json.dumps({"machine": machine, "job_id": "j"}).encode()
    )
    summary = traced(localstack, f'service("{starter}")', 5)
    found = segments(localstack, summary["Id"])
    (workflow,) = (each for each in found if each["origin"].startswith("AWS::StepFunctions"))
    (itself,) = (
        each
        for each in found
        if (each["name"], each["origin"]) == (starter, "AWS::Lambda::Function")
    )
    invocation = next(each for each in itself["subsegments"] if each["name"] == "Invocation")
    assert workflow["parent_id"] == invocation["id"]


def test_a_message_keeps_the_trace_of_the_function_that_sent_it(localstack: LocalStack) -> None:
    sqs = localstack.client("sqs")
    queue = sqs.create_queue(QueueName=f"q-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    sender = create_function(localstack, SENDS, **ACTIVE)
    answer = localstack.client("lambda").invoke(
        FunctionName=sender, Payload=json.dumps({"queue": queue}).encode()
    )
    header = json.loads(answer["Payload"].read())
    (message,) = sqs.receive_message(
        QueueUrl=queue, MessageSystemAttributeNames=["AWSTraceHeader"], WaitTimeSeconds=5
    )["Messages"]
    assert "Sampled=1" in header
    assert message["Attributes"]["AWSTraceHeader"] == header
    sqs.delete_queue(QueueUrl=queue)


def test_a_caller_that_does_not_sample_is_obeyed(localstack: LocalStack) -> None:
    machine = machine_of(localstack, create_function(localstack, PASSES, **ACTIVE))
    starter = create_function(localstack, STARTS)  # PassThrough: it says Sampled=0
    answer = localstack.client("lambda").invoke(
        FunctionName=starter, Payload=json.dumps({"machine": machine}).encode()
    )
    assert "Sampled=0" in json.loads(answer["Payload"].read())
    workflows = localstack.client("stepfunctions")

    def ended() -> bool:
        found = workflows.list_executions(stateMachineArn=machine)["executions"]
        return bool(found) and found[0]["status"] != "RUNNING"

    wait_for("the end of the execution", ended)
    run(localstack, machine, "control")
    traced(localstack, f'service("{machine.rpartition(":")[2]}")', 3)


def test_an_express_execution_is_a_trace_too(localstack: LocalStack) -> None:
    workflows = localstack.client("stepfunctions")
    function = create_function(localstack, PASSES, **ACTIVE)
    step = {"Type": "Task", "Resource": arn_of(localstack, function), "End": True}
    name = f"m{uuid.uuid4().hex[:8]}"
    machine = workflows.create_state_machine(
        name=name,
        type="EXPRESS",
        definition=json.dumps({"StartAt": "Only", "States": {"Only": step}}),
        roleArn=create_role(localstack, "states"),
        tracingConfiguration={"enabled": True},
    )["stateMachineArn"]
    workflows.start_execution(stateMachineArn=machine, input="{}")
    summary = traced(localstack, f'service("{name}")', 3)
    kinds = [each["origin"] for each in segments(localstack, summary["Id"])]
    assert kinds == ["AWS::StepFunctions::StateMachine", "AWS::Lambda", "AWS::Lambda::Function"]


def test_a_state_machine_s_tracing_is_told_and_can_be_changed_alone(
    localstack: LocalStack,
) -> None:
    workflows = localstack.client("stepfunctions")
    machine = machine_of(localstack, create_function(localstack, PASSES), is_traced=False)

    def is_traced() -> bool:
        told = workflows.describe_state_machine(stateMachineArn=machine)
        return bool(told["tracingConfiguration"]["enabled"])

    assert not is_traced()
    for enabled in (True, False):
        workflows.update_state_machine(
            stateMachineArn=machine, tracingConfiguration={"enabled": enabled}
        )
        assert is_traced() is enabled


def grant(localstack: LocalStack, role: str, *actions: str) -> None:
    statement = {"Effect": "Allow", "Action": ["logs:*", *actions], "Resource": "*"}
    localstack.client("iam").put_role_policy(
        RoleName=role.rpartition("/")[2],
        PolicyName="all",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statement}),
    )


def test_active_tracing_is_refused_to_a_role_that_may_not_send_segments(
    localstack: LocalStack,
) -> None:
    functions = localstack.client("lambda")
    name = create_function(localstack, PASSES)
    role = functions.get_function_configuration(FunctionName=name)["Role"]
    grant(localstack, role)
    with pytest.raises(ClientError, match="permissions to call PutTraceSegments on XRAY"):
        functions.update_function_configuration(FunctionName=name, **ACTIVE)
    grant(localstack, role, "xray:PutTraceSegments")
    functions.update_function_configuration(FunctionName=name, **ACTIVE)


def test_a_role_that_lost_the_permission_sends_nothing_and_the_journal_says_so(
    localstack: LocalStack,
) -> None:
    functions = localstack.client("lambda")
    name, control = (create_function(localstack, PASSES, **ACTIVE) for _ in range(2))
    role = functions.get_function_configuration(FunctionName=name)["Role"]
    grant(localstack, role)
    for each in (name, control):
        functions.invoke(FunctionName=each, Payload=b"{}")
    traced(localstack, f'service("{control}")', 2)
    assert summaries(localstack, f'service("{name}")') == []
    denied = [
        each
        for each in localstack.page("/_lab/iam")["uses"]
        if not each["allowed"] and each["action"] == "xray:PutTraceSegments"
    ]
    assert role.rpartition("/")[2] in json.dumps(denied)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"FilterExpression": 'http.url CONTAINS "x"'}, "does not know 'http.url'"),
        ({"StartTime": datetime.now(tz=UTC) - timedelta(days=2)}, "24 hours"),
        ({"StartTime": datetime.now(tz=UTC) + timedelta(days=2)}, "before EndTime"),
    ],
)
def test_what_x_ray_here_can_t_answer_is_refused_in_words(
    localstack: LocalStack, asked: dict[str, Any], message: str
) -> None:
    now = datetime.now(tz=UTC)
    asked = {"StartTime": now - timedelta(minutes=1), "EndTime": now} | asked
    with pytest.raises(ClientError, match=message) as refused:
        localstack.client("xray").get_trace_summaries(**asked)
    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"


def test_at_most_five_traces_are_told_at_once_and_unknown_ones_are_named(
    localstack: LocalStack,
) -> None:
    xray = localstack.client("xray")
    unknown = [f"1-65a1b2c3-{number:024x}" for number in range(6)]
    assert xray.batch_get_traces(TraceIds=unknown[:5])["UnprocessedTraceIds"] == unknown[:5]
    with pytest.raises(ClientError, match="Exceeding maximum query size: 5"):
        xray.batch_get_traces(TraceIds=unknown)


def test_a_document_that_is_not_taken_is_named(localstack: LocalStack) -> None:
    (refused,) = localstack.client("xray").put_trace_segments(TraceSegmentDocuments=["{}"])[
        "UnprocessedTraceSegments"
    ]
    assert refused["ErrorCode"] == "InvalidId"
