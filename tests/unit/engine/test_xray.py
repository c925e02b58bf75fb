"""Traces: what is kept, what a summary and a filter make of it, and who may send it."""

import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from localstack.utils.xray.trace_header import TraceHeader

from lab_engine.xray import documents, executions, filters, headers, summaries
from lab_engine.xray.documents import BadDocumentError, Document
from lab_engine.xray.invocations import Ended, receive
from lab_engine.xray.sender import Parcel, Sender
from lab_engine.xray.storage import Trace, Traces

TRACE = "1-65a1b2c3-0123456789abcdef01234567"
HOME = ("111122223333", "ap-southeast-1")


def document(number: int, **given: Any) -> Document:
    whole: Document = {
        "id": f"{number:016x}",
        "trace_id": TRACE,
        "name": f"service-{number}",
        "start_time": 100.0 + number,
        "end_time": 101.0 + number,
    }
    return {name: value for name, value in (whole | given).items() if value is not None}


def texts(*given: Document) -> list[str]:
    return [json.dumps(each) for each in given]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("no json", "ParseError"),
        ('"text"', "ParseError"),
        (json.dumps(document(1, id="short")), "InvalidId"),
        (json.dumps(document(1, trace_id="1-2-3")), "InvalidTraceId"),
        (json.dumps(document(1, name=None)), "MissingName"),
        (json.dumps(document(1, start_time="now")), "InvalidStartTime"),
        (json.dumps(document(1, start_time=1_700_000_000_000)), "InvalidStartTime"),
        (json.dumps(document(1, end_time=None)), "InvalidEndTime"),
        (json.dumps(document(1, end_time="x", in_progress=True)), "InvalidEndTime"),
        (json.dumps(document(1, parent_id=["x"])), "InvalidParentId"),
        (
            json.dumps(document(1)).replace("}", ', "a": ' + "[" * 200 + "]" * 200 + "}"),
            "ParseError",
        ),
        ('{"a": NaN}', "InvalidId"),
        ("[" * 100_000, "DocumentTooLarge"),
        ("[" * 60_000, "ParseError"),
    ],
)
def test_a_document_that_is_no_segment_is_not_taken(given: str, code: str) -> None:
    with pytest.raises(BadDocumentError) as refused:
        documents.read(given)
    assert refused.value.code == code


def test_subsegments_that_came_alone_are_put_where_they_belong_whatever_came_first() -> None:
    inner = document(3, type="subsegment", parent_id=document(2)["id"], name="inner")
    outer = document(2, type="subsegment", parent_id=document(1)["id"], name="outer")
    (whole,) = documents.compiled(texts(inner, outer, document(1)))
    (found,) = whole["subsegments"]
    assert (found["name"], found["subsegments"][0]["name"]) == ("outer", "inner")
    assert "trace_id" not in found


def test_a_subsegment_without_its_parent_is_shown_by_itself() -> None:
    lost = document(0, type="subsegment", parent_id="f" * 16)
    circle = document(3, type="subsegment", parent_id=document(3)["id"])
    found = documents.compiled(texts(document(1), circle, lost))
    assert found == [lost, document(1), circle]
    assert summaries.root(found) == document(1), "what came before its segment is no beginning"
    assert summaries.subject(found).flags["partial"]


def test_a_document_with_hostile_parts_does_not_hide_the_other_traces() -> None:
    hostile = document(
        1, subsegments=[{"id": ["x"]}, {"id": None, "start_time": "x"}, 3], annotations={"a": []}
    )
    hostile |= {"http": {"response": "x"}, "user": {}, "error": "yes", "resource_arn": [1]}
    for segment in documents.read(json.dumps(hostile)):
        found = documents.compiled([segment.text])
        assert summaries.root(found)["id"] == segment.id
        assert summaries.summary(Trace(TRACE), found, "000000000000")["Id"] == TRACE


def test_a_segment_in_progress_is_replaced_when_it_is_complete() -> None:
    traces = Traces()
    begun = documents.segment(document(1, end_time=None, in_progress=True))
    traces.put(*HOME, begun)
    traces.put(*HOME, documents.segment(document(1)))
    kept = traces.get(*HOME, TRACE)
    assert kept is not None
    assert documents.compiled(kept.texts) == [document(1)]


def test_what_is_kept_stays_within_its_size_and_the_oldest_traces_go_first() -> None:
    traces = Traces(most_bytes=100_000)
    for number in range(5000):
        trace = f"1-65a1b2c3-{number:024x}"
        traces.put(*HOME, documents.segment(document(1, trace_id=trace)))
    kept = traces.of(*HOME)
    assert traces.size <= 100_000
    assert traces.size == sum(each.size for each in kept)
    assert kept[0].id.endswith(f"{4999:024x}")
    assert traces.get(*HOME, f"1-65a1b2c3-{0:024x}") is None


def test_a_trace_takes_no_more_than_awss_500_kb_and_says_so() -> None:
    traces = Traces()
    for number in range(20):
        traces.put(*HOME, documents.segment(document(number, metadata={"x": "y" * 50_000})))
    (trace,) = traces.of(*HOME)
    assert trace.exceeded
    assert trace.size <= 500 * 1024


def test_accounts_and_regions_have_traces_of_their_own() -> None:
    traces = Traces()
    traces.put(*HOME, documents.segment(document(1)))
    assert traces.of("222222222222", HOME[1]) == []
    assert traces.of(HOME[0], "us-east-1") == []


JOB: list[Document] = [
    document(1, name="csv-processor", origin="AWS::Lambda", start_time=100.0, end_time=100.5),
    document(
        2,
        name="ProcessCSVWorkflow",
        origin="AWS::StepFunctions::StateMachine",
        parent_id=document(1)["id"],
        start_time=100.4,
        end_time=103.25,
        fault=True,
        subsegments=[
            document(
                3,
                trace_id=None,
                annotations={"job_id": "job-1", "rows": 5, "is_late": False, "list": [1]},
            )
        ],
    ),
]


def test_a_summary_speaks_of_the_root_and_of_the_whole() -> None:
    traces = Traces()
    for each in JOB:
        traces.put(*HOME, documents.segment(each))
    (trace,) = traces.of(*HOME)
    told = summaries.summary(trace, documents.compiled(trace.texts), HOME[0])
    assert (told["Duration"], told["ResponseTime"]) == (3.25, 0.5)
    assert (told["HasFault"], told["HasError"], told["IsPartial"]) == (False, False, False)
    assert told["EntryPoint"]["Name"] == "csv-processor"
    assert [each["Name"] for each in told["ServiceIds"]] == ["csv-processor", "ProcessCSVWorkflow"]
    assert told["Annotations"] == {
        "job_id": [{"AnnotationValue": {"StringValue": "job-1"}}],
        "rows": [{"AnnotationValue": {"NumberValue": 5}}],
        "is_late": [{"AnnotationValue": {"BooleanValue": False}}],
    }


@pytest.mark.parametrize(
    ("expression", "matches"),
    [
        ('annotation.job_id = "job-1"', True),
        ('annotation[job_id] = "job-1"', True),
        ("annotation['job_id'] = 'job-1'", True),
        ('annotation.job_id = "job-2"', False),
        ('annotation.job_id BEGINSWITH "job"', True),
        ('annotation.job_id CONTAINS "2"', False),
        ("annotation.job_id", True),
        ("annotation.nothing", False),
        ("!annotation.nothing", True),
        ("annotation.rows >= 5", True),
        ('annotation.rows = "5"', False),
        ("annotation.is_late = false", True),
        ("ok", True),
        ("fault", False),
        ("!fault", True),
        ("fault = false", True),
        ("fault != true", True),
        ("responsetime > 1", False),
        ("duration > 3 AND duration <= 3.25", True),
        ("duration > 3 responsetime < 1", True),
        ("fault OR duration > 3", True),
        ("(fault OR error) AND duration > 3", False),
        ("ok !partial duration <4", True),
        ('service("ProcessCSVWorkflow")', True),
        ('service("other")', False),
        ('!service("other")', True),
        ('service("ProcessCSVWorkflow") { fault }', True),
        ('service("csv-processor") { fault }', False),
        ("service() { fault = true }", True),
        ('service(id(name: "csv-processor", type: "AWS::Lambda"))', True),
        ('service(id(name: "csv-processor", type: "AWS::Lambda::Function"))', False),
        ('service("ProcessCSVWorkflow") { annotation.rows = 5 AND responsetime > 2 }', True),
    ],
)
def test_a_filter_is_read_as_x_ray_reads_it(expression: str, matches: bool) -> None:
    assert filters.parse(expression)(summaries.subject(JOB)) is matches


@pytest.mark.parametrize(
    "expression",
    [
        'http.url = "x"',
        'edge("a", "b")',
        "responsetime",
        'responsetime > "1"',
        "fault = 1",
        "ok AND",
        "(ok",
        "ok)",
        "annotation",
        'service("a',
        'service("a") { fault',
        "service(id(color: 'red'))",
        "ok; ok",
        "(" * 10_000,
    ],
)
def test_a_filter_that_is_none_or_is_not_known_is_refused(expression: str) -> None:
    with pytest.raises(filters.FilterError):
        filters.parse(expression)


@pytest.mark.parametrize(
    ("given", "is_active", "sampled", "is_recorded"),
    [
        (None, False, 0, False),
        (None, True, 1, True),
        (f"Root={TRACE}", False, 0, False),
        (f"Root={TRACE}", True, 1, True),
        (f"Root={TRACE};Parent=aaaaaaaaaaaaaaaa;Sampled=0", True, 0, False),
        (f"Root={TRACE};Parent=aaaaaaaaaaaaaaaa;Sampled=1", True, 1, True),
        (f"Root={TRACE};Parent=aaaaaaaaaaaaaaaa;Sampled=1", False, 1, False),
    ],
)
def test_the_callers_decision_holds_and_only_active_tracing_records(
    given: str | None,
    is_active: bool,
    sampled: int,
    is_recorded: bool,
) -> None:
    caller = TraceHeader.from_header_str(given) if given else None
    told, received = receive(caller, is_active=is_active)
    header = TraceHeader.from_header_str(told)
    assert header.sampled == sampled
    assert header.parent
    assert not given or header.root == TRACE
    assert (received is not None) is is_recorded
    if received:
        assert header.parent == received.invocation_id
        assert received.parent_id == (caller.parent if caller else None)


def version() -> Any:
    arn = "arn:aws:lambda:ap-southeast-1:111122223333:function:parse-csv"
    function = SimpleNamespace(
        function_name="parse-csv", account=HOME[0], region=HOME[1], unqualified_arn=lambda: arn
    )
    return SimpleNamespace(id=function, config=SimpleNamespace(role="role"))


@pytest.mark.parametrize("init_seconds", [None, 0.5])
def test_an_invocation_is_a_segment_of_lambda_and_one_of_the_function(
    init_seconds: float | None,
) -> None:
    header = TraceHeader.from_header_str(f"Root={TRACE};Parent=aaaaaaaaaaaaaaaa;Sampled=1")
    _, received = receive(header, is_active=True)
    assert received
    service, function = Ended(
        received, version(), "request-1", None, 0.2, init_seconds, at=received.at + 1
    ).documents()
    assert (service["origin"], function["origin"]) == ("AWS::Lambda", "AWS::Lambda::Function")
    assert (service["parent_id"], function["parent_id"]) == ("aaaaaaaaaaaaaaaa", service["id"])
    assert service["aws"]["request_id"] == "request-1"
    phases = {
        each["name"]: each["end_time"] - each["start_time"] for each in function["subsegments"]
    }
    assert phases.pop("Invocation") == pytest.approx(0.2, abs=1e-3)
    assert phases == (
        {} if init_seconds is None else {"Initialization": pytest.approx(0.5, abs=1e-3)}
    )
    assert not service.get("fault")
    assert not function.get("fault")
    for each in (service, function):
        documents.segment(each)


@pytest.mark.parametrize(
    ("error", "kind"),
    [(b'{"errorType": "ValueError", "errorMessage": "no"}', "ValueError"), (b"not json", "")],
)
def test_an_invocation_that_fails_is_a_fault_with_its_cause(error: bytes, kind: str) -> None:
    _, received = receive(None, is_active=True)
    assert received
    service, function = Ended(received, version(), "r", error, 0.2, None).documents()
    assert service["fault"] is True
    assert function["fault"] is True
    (invocation,) = function["subsegments"]
    assert invocation["cause"]["exceptions"][0]["type"] == kind


def events(*told: tuple[int, int, str, Any]) -> list[dict[str, Any]]:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        {
            "id": number,
            "previousEventId": before,
            "type": kind,
            "timestamp": began + timedelta(seconds=number),
            **(details or {}),
        }
        for number, before, kind, details in told
    ]


def entered(name: str) -> dict[str, Any]:
    return {"stateEnteredEventDetails": {"name": name}}


SCHEDULED = {
    "lambdaFunctionScheduledEventDetails": {
        "resource": "arn:aws:lambda:ap-southeast-1:111122223333:function:parse-csv"
    }
}
PUBLISHED = {"taskScheduledEventDetails": {"resourceType": "sns", "resource": "publish"}}
FAILED = {"lambdaFunctionFailedEventDetails": {"error": "ValueError", "cause": "no"}}


def test_the_tasks_of_an_execution_are_made_of_its_history() -> None:
    running = executions.Running(TRACE, None)
    history = events(
        (1, 0, "ExecutionStarted", None),
        (2, 0, "TaskStateEntered", entered("ParseCSV")),
        (3, 2, "LambdaFunctionScheduled", SCHEDULED),
        (4, 3, "LambdaFunctionStarted", None),
        (5, 4, "LambdaFunctionFailed", FAILED),
        (6, 5, "LambdaFunctionScheduled", SCHEDULED),
        (7, 6, "LambdaFunctionStarted", None),
        (8, 7, "LambdaFunctionSucceeded", {"lambdaFunctionSucceededEventDetails": {}}),
        (9, 8, "TaskStateExited", None),
        (10, 9, "ChoiceStateEntered", entered("Choose")),
        (11, 10, "ChoiceStateExited", None),
        (12, 11, "TaskStateEntered", entered("Tell")),
        (13, 12, "TaskScheduled", PUBLISHED),
        (14, 13, "TaskStarted", {"taskStartedEventDetails": {}}),
        (15, 14, "TaskFailed", {"taskFailedEventDetails": {"error": "E", "cause": "c"}}),
    )
    ended = history[-1]["timestamp"].timestamp() + 5
    parse, tell = executions.tasks(running, history, ended)
    assert (parse["name"], parse["end_time"] - parse["start_time"]) == ("ParseCSV", 7.0)
    first, second = parse["subsegments"]
    assert (first["fault"], "fault" in second, "fault" in parse) == (True, False, False)
    assert first["id"] == running.id_of(4)
    assert second["id"] == running.id_of(7), "the id that the call's header has"
    assert first["aws"]["function_name"] == "parse-csv"
    assert (tell["name"], tell["end_time"], tell["fault"]) == ("Tell", ended, True)
    (call,) = tell["subsegments"]
    assert (call["name"], call["aws"]) == ("SNS", {"operation": "Publish"})


def test_states_that_run_at_the_same_time_keep_their_own_calls() -> None:
    history = events(
        (1, 0, "ParallelStateEntered", entered("Both")),
        (2, 1, "TaskStateEntered", entered("Left")),
        (3, 1, "TaskStateEntered", entered("Right")),
        (4, 3, "LambdaFunctionScheduled", SCHEDULED),
        (5, 2, "LambdaFunctionScheduled", SCHEDULED),
        (6, 5, "LambdaFunctionStarted", None),
        (7, 4, "LambdaFunctionStarted", None),
        (8, 7, "LambdaFunctionSucceeded", None),
        (9, 8, "TaskStateExited", None),
        (10, 6, "LambdaFunctionFailed", FAILED),
    )
    left, right = executions.tasks(executions.Running(TRACE, None), history, 2e9)
    assert (left["name"], left.get("fault")) == ("Left", True)
    assert (right["name"], right.get("fault")) == ("Right", None)


def test_a_call_is_in_the_trace_that_is_passed_on_and_no_other_is() -> None:
    with headers.passed_on(f"Root={TRACE};Parent=aaaaaaaaaaaaaaaa;Sampled=1"):
        inside = headers.of_this_call()
    assert (inside.root, inside.parent, inside.sampled) == (TRACE, "aaaaaaaaaaaaaaaa", 1)
    outside = headers.of_this_call()
    assert (outside.root != TRACE, outside.sampled) == (True, None)


def test_a_call_by_http_has_the_header_of_its_trace() -> None:
    """As an internal client of LocalStack has it; nothing is sent."""
    client = boto3.client(
        "lambda",
        endpoint_url="http://127.0.0.1:9",
        region_name=HOME[1],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    sent: list[Any] = []

    def keep(request: Any, **_: object) -> Any:
        sent.append(request.headers.get(headers.NAME))
        raw = SimpleNamespace(stream=lambda: [b"{}"])
        return AWSResponse(request.url, 200, HTTPHeaders(), raw)

    client.meta.events.register("before-call.lambda.Invoke", headers.add_to_request)
    client.meta.events.register("before-send.lambda.Invoke", keep)
    with headers.passed_on(f"Root={TRACE};Sampled=1"):
        client.invoke(FunctionName="any")
    client.invoke(FunctionName="any")
    assert sent == [f"Root={TRACE};Sampled=1".encode(), None]


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_role_without_the_permission_sends_nothing_and_is_asked_once() -> None:
    asked: list[str] = []
    traces = Traces()

    def may_send(role: str) -> bool:
        asked.append(role)
        return role == "may"

    sender = Sender(may_send, traces, every_seconds=0.05)
    for number in range(4):
        role = "may" if number % 2 else "may-not"
        one = document(number, trace_id=f"1-65a1b2c3-{number:024x}")
        sender.send(Parcel(role, *HOME, [one].copy))
    until(lambda: sender.thread is None)
    assert sorted(asked) == ["may", "may-not"]
    assert sorted(int(each.id[-1]) for each in traces.of(*HOME)) == [1, 3]


def test_there_is_a_thread_only_while_there_is_something_to_send() -> None:
    sender = Sender(lambda _: True, Traces(), every_seconds=0.01)
    assert sender.thread is None
    for _ in range(3):
        sender.send(Parcel("role", *HOME, list))
        assert any(each.name == "xray-sender" for each in threading.enumerate())
        until(lambda: sender.thread is None)


def test_a_segment_that_can_t_be_made_does_not_stop_the_others() -> None:
    traces = Traces()
    sender = Sender(lambda _: True, traces, every_seconds=0.01)
    sender.send(Parcel("role", *HOME, lambda: [{}]))
    sender.send(Parcel("role", *HOME, lambda: [document(1)[""]]))
    sender.send(Parcel("role", *HOME, lambda: [document(1)]))
    until(lambda: traces.of(*HOME))
