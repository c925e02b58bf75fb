"""The trace of an execution: a segment of the state machine with its tasks, made of its history.

A task that calls a function passes the trace on, so the function's segments are below the task.
Nothing is done while an execution runs but to give its calls a header: the ids in it are made of
the number of the event, so that the history alone tells them afterwards.

Source: Step Functions developer guide, "Trace Step Functions request data in AWS X-Ray".
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from localstack.utils.xray.trace_header import TraceHeader, generate_random_id

from lab_engine.xray import headers
from lab_engine.xray.documents import Document
from lab_engine.xray.invocations import failure
from lab_engine.xray.sender import SENDER, Parcel

_HEADER_CHARACTERS: Final = 256
_STARTED: Final = ("LambdaFunctionStarted", "TaskStarted")
_FAILED: Final = ("FAILED", "TIMED_OUT")


@dataclass(frozen=True, slots=True)
class Running:
    """A traced execution.

    Attributes:
        parent_id: The segment that started it; None if the trace begins here.
        id: Its own segment.
    """

    trace_id: str
    parent_id: str | None
    id: str = field(default_factory=generate_random_id)

    def id_of(self, event: int) -> str:
        """Return the id of the subsegment that begins with an event of the history."""
        return hashlib.blake2b(f"{self.id} {event}".encode(), digest_size=8).hexdigest()


RUNNING: Final[dict[str, Running]] = {}
"""The traced executions that have not ended, by their ARNs."""


def start_in_trace(start: Callable[..., Any], self: Any, context: Any, **request: Any) -> Any:
    """Let the header of a StartExecution count before the one in its body (API reference)."""
    given = context.request.headers.get(headers.NAME)
    if given and "Root=" in given:
        request["trace_header"] = given[:_HEADER_CHARACTERS]
    return start(self, context, **request)


def begin(start: Callable[..., None], self: Any) -> None:
    """Start an execution, traced if whoever started it said so, else if its machine is."""
    header = TraceHeader.from_header_str(self.trace_header)
    settings = self.state_machine.tracing_config or {}
    is_traced = settings.get("enabled") if header.sampled is None else header.sampled == 1
    if is_traced:
        header.ensure_root_exists()
        RUNNING[self.exec_arn] = Running(header.root, header.parent)
    start(self)


def end(terminated: Callable[..., None], self: Any) -> None:
    """Send the segment of a traced execution that is over."""
    terminated(self)
    execution = self.execution
    running = RUNNING.pop(execution.exec_arn, None)
    if running is not None:
        SENDER.send(
            Parcel(
                execution.role_arn,
                execution.account_id,
                execution.region_name,
                lambda: [segment(running, execution)],
            )
        )


def invoke_in_trace(
    invoke: Callable[..., Any], parameters: dict[str, Any], region: str, state_credentials: Any
) -> Any:
    """Call a task's function, which goes on in the execution's trace."""
    header = _header_of_task(state_credentials) if RUNNING else None
    if header is None:
        return invoke(parameters, region, state_credentials)
    with headers.passed_on(header):
        return invoke(parameters, region, state_credentials)


def _header_of_task(state_credentials: Any) -> str | None:
    env = getattr(state_credentials, "env", None)
    if env is None:
        return None
    execution = env.states.context_object.context_object_data.get("Execution", {}).get("Id")
    running = RUNNING.get(execution)
    if running is None:
        return None
    call = running.id_of(env.event_history_context.last_published_event_id)
    return f"Root={running.trace_id};Parent={call};Sampled=1"


def segment(running: Running, execution: Any) -> Document:
    """Return the segment of an execution that is over."""
    ended = execution.stop_date.timestamp()
    history = execution.exec_worker.env.event_manager.get_event_history()
    found: Document = {
        "id": running.id,
        "name": execution.state_machine.name,
        "start_time": execution.start_date.timestamp(),
        "end_time": ended,
        "trace_id": running.trace_id,
        "aws": {
            "account_id": execution.account_id,
            "execution_arn": execution.exec_arn,
            "resource_names": [execution.state_machine.name],
        },
        "origin": "AWS::StepFunctions::StateMachine",
        "resource_arn": execution.state_machine_arn,
        "subsegments": tasks(running, history, ended),
    }
    if running.parent_id:
        found["parent_id"] = running.parent_id
    if execution.exec_status in _FAILED:
        found |= failure(execution.error or "", execution.cause or "")
    return found


def tasks(running: Running, history: Iterable[Any], ended: float) -> list[Document]:
    """Return a subsegment for each visit of a Task state, with its calls.

    Args:
        running: The execution.
        history: Its events, in their order.
        ended: When it ended, for a state that was never left.
    """
    states: dict[int, Document] = {}
    """The open states, by the last event of each."""
    found: list[Document] = []
    calls: dict[int, Document] = {}
    scheduled: dict[int, Any] = {}
    for event in history:
        number, before, kind = event["id"], event["previousEventId"], str(event["type"])
        at = event["timestamp"].timestamp()
        if kind == "TaskStateEntered":
            name = event["stateEnteredEventDetails"]["name"]
            state = _subsegment(running.id_of(number), name, at, ended)
            found.append(state)
            states[number] = state
            continue
        open_state = states.get(before)
        if open_state is None:
            continue
        if kind == "TaskStateExited":
            open_state["end_time"] = at
            continue
        states[number] = open_state
        if kind.endswith("Scheduled"):
            scheduled[number] = event
        elif kind in _STARTED:
            call = _call(running.id_of(number), scheduled.get(before, {}), at, ended)
            open_state.setdefault("subsegments", []).append(call)
            calls[number] = call
        elif (called := calls.get(before)) is not None:
            called["end_time"] = at
            _settle(open_state, called, event)
    return found


def _settle(state: Document, call: Document, event: Any) -> None:
    """Mark a call that failed and its state, or unmark the state that was tried again."""
    for mark in ("fault", "cause"):
        state.pop(mark, None)
    kind = str(event["type"])
    if kind.endswith(("Failed", "TimedOut")):
        details: Any = next((each for each in event.values() if isinstance(each, dict)), {})
        failed = failure(str(details.get("error", "")), str(details.get("cause", "")))
        call.update(failed)
        state.update(failed)


def _call(own: str, scheduled: Any, at: float, ended: float) -> Document:
    function, details = scheduled.get("lambdaFunctionScheduledEventDetails"), None
    service, operation = "lambda", "invoke"
    if function is None:
        details = scheduled.get("taskScheduledEventDetails", {})
        service, operation = details.get("resourceType", ""), details.get("resource", "")
        named = _parameters(details).get("FunctionName", "")
    else:
        named = function["resource"]
    aws: dict[str, Any] = {"operation": operation[:1].upper() + operation[1:]}
    if service == "lambda":
        name = str(named).rpartition("function:")[2].partition(":")[0]
        aws |= {"function_name": name, "resource_names": [name]}
    call = _subsegment(own, _SERVICES.get(service, service or "Task"), at, ended)
    return call | {"namespace": "aws", "aws": aws}


_SERVICES: Final = {"lambda": "Lambda", "sns": "SNS", "sqs": "SQS", "dynamodb": "DynamoDB"}


def _parameters(details: Any) -> dict[str, Any]:
    try:
        found = json.loads(details.get("parameters", "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _subsegment(own: str, name: str, start: float, end: float) -> Document:
    return {"id": own, "name": name, "start_time": start, "end_time": end}
