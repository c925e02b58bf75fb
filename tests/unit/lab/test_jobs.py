import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lab.errors import LabError
from lab.promise.evidence import Execution
from lab.promise.jobs import (
    Job,
    JobReader,
    execution_name,
    job_id_in,
    path,
)
from lab.promise.state import json_object, last_state
from lab.running import LabRecord, RunningLab
from lab.views.outcomes import destination
from pipeline.job import Job as PipelineJob
from tests.unit.lab.opening import let_commands_open

START = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


def entered(name: str, at: float, state: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "TaskStateEntered",
        "timestamp": START + timedelta(seconds=at),
        "stateEnteredEventDetails": {"name": name, "input": json.dumps(state or {})},
    }


def exited(name: str, at: float) -> dict[str, Any]:
    return {
        "type": "TaskStateExited",
        "timestamp": START + timedelta(seconds=at),
        "stateExitedEventDetails": {"name": name, "output": "{}"},
    }


def scheduled() -> dict[str, Any]:
    return {"type": "TaskScheduled", "timestamp": START}


def task_failed(error: str, cause: str) -> dict[str, Any]:
    details = {"error": error, "cause": cause}
    return {"type": "TaskFailed", "timestamp": START, "taskFailedEventDetails": details}


class FakeStepFunctions:
    """Knows the executions it is given, and counts how often each is described."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self.described: list[str] = []

    def get_paginator(self, operation: str) -> Any:
        assert operation == "list_executions"
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        entry = {"status": "SUCCEEDED", "startDate": START, "stopDate": START}
        return [
            {"executions": [{**entry, "executionArn": f"arn:{n}", "name": n} for n in self.names]}
        ]

    def describe_execution(self, executionArn: str) -> dict[str, str]:  # noqa: N803 - boto3's name
        self.described.append(executionArn)
        job_id = executionArn.removeprefix("arn:execution-")
        return {"input": json.dumps({"job_id": job_id}), "output": '{"total_rows": 3}'}


def reader(*names: str) -> tuple[JobReader, FakeStepFunctions]:
    stepfunctions = FakeStepFunctions(names)
    lab = RunningLab(LabRecord(4566), clients={"stepfunctions": stepfunctions})
    return JobReader(lab), stepfunctions


@pytest.mark.parametrize(
    ("status", "reason"), [("ABORTED", "stopped_by_hand"), ("TIMED_OUT", "processing_error")]
)
def test_a_job_that_no_function_could_explain_has_a_reason_and_was_not_moved(
    status: str, reason: str
) -> None:
    job = Job(Execution("arn", "execution-a", status, START, START), {"source_key": "uploads/a"})
    assert (job.outcome, job.reason) == ("failed", reason)
    assert "not moved" in destination(job)


def test_the_path_names_each_state_with_its_times_attempts_and_error() -> None:
    steps = path(
        [
            {"type": "ExecutionStarted", "timestamp": START},
            entered("ParseCSV", 0),
            scheduled(),
            task_failed("Lambda.ServiceException", "busy"),
            scheduled(),
            exited("ParseCSV", 3),
            entered("MoveToFailed", 3),
        ]
    )
    assert [step.name for step in steps] == ["ParseCSV", "MoveToFailed"]
    assert steps[0].attempts == 2
    assert steps[0].error == "Lambda.ServiceException: busy"
    assert steps[0].left == START + timedelta(seconds=3)
    assert steps[1].left is None


TRACE = [
    '  File "/var/task/parse_csv/handler.py", line 9, in lambda_handler\n    helper()\n',
    '  File "/var/task/parse_csv/handler.py", line 12, in helper\n    raise RuntimeError\n',
]
CAUSE = json.dumps({"errorType": "RuntimeError", "errorMessage": "on fire", "stackTrace": TRACE})
ARN = "arn:aws:lambda:ap-southeast-1:000000000000:function:parse-csv"


def scheduled_by_arn(arn: str) -> dict[str, Any]:
    details = {"resource": arn}
    return {
        "type": "LambdaFunctionScheduled",
        "timestamp": START,
        "lambdaFunctionScheduledEventDetails": details,
    }


def scheduled_by_integration(arn: str) -> dict[str, Any]:
    details = {"resource": "invoke", "parameters": json.dumps({"FunctionName": arn})}
    return {"type": "TaskScheduled", "timestamp": START, "taskScheduledEventDetails": details}


@pytest.mark.parametrize("scheduled_task", [scheduled_by_arn, scheduled_by_integration])
@pytest.mark.parametrize("arn", [ARN, f"{ARN}:$LATEST"])
def test_an_error_of_a_function_has_its_own_trace_and_its_function(
    scheduled_task: Any, arn: str
) -> None:
    [step] = path([entered("ParseCSV", 0), scheduled_task(arn), task_failed("Error", CAUSE)])
    assert step.error == "RuntimeError: on fire"
    assert step.trace[0] == '  File "/var/task/parse_csv/handler.py", line 9, in lambda_handler'
    assert [line for line in step.trace if line.strip() == "raise RuntimeError"]
    assert step.function == "parse-csv"


@pytest.mark.parametrize(
    "cause", ["busy", '{"no": "message"}', "[1]", '{"errorMessage": "busy", "stackTrace": 3}']
)
def test_an_error_that_no_function_told_of_has_no_trace(cause: str) -> None:
    [step] = path([entered("ParseCSV", 0), task_failed("Error", cause)])
    assert step.error.startswith("Error: ")
    assert (step.trace, step.function) == ((), "")


def test_run_shows_the_trace_and_the_command_that_shows_more(
    lab_command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs, _ = reader("execution-job-1")
    events = [entered("ParseCSV", 0), scheduled_by_arn(ARN), task_failed("Error", CAUSE)]
    let_commands_open(monkeypatch, lambda *_: None)
    monkeypatch.setattr("lab.promise.jobs.JobReader", lambda _: jobs)
    monkeypatch.setattr(JobReader, "history", lambda *_: events)
    _, seen, _ = lab_command("run", "job-1")
    assert "RuntimeError: on fire\n" in seen
    assert 'File "/var/task/parse_csv/handler.py", line 12, in helper\n' in seen
    assert "scripts/lab logs parse-csv --port" in seen


def test_a_failed_execution_is_known_by_the_last_state_it_entered() -> None:
    events = [entered("MoveToFailed", 0, {"a": 1}), entered("CheckOutcome", 1, {"a": 1, "b": 2})]
    assert last_state(events) == {"a": 1, "b": 2}


def test_an_execution_that_entered_nothing_has_no_state() -> None:
    assert last_state([{"type": "ExecutionStarted", "timestamp": START}]) == {}


@pytest.mark.parametrize("text", [None, "", "[1]", "3", "no json", '"text"'])
def test_a_hand_made_input_that_is_no_object_is_read_as_an_empty_one(text: str) -> None:
    assert json_object(text) == {}


def test_a_job_is_found_by_its_id_its_execution_or_a_part_of_it() -> None:
    jobs, _ = reader("execution-job-20260101T000000-aaaa", "execution-job-20260101T000000-bbbb")
    for wanted in ("job-20260101T000000-bbbb", "execution-job-20260101T000000-bbbb", "bbbb"):
        assert jobs.find(wanted).job_id == "job-20260101T000000-bbbb"


@pytest.mark.parametrize(
    ("wanted", "says"), [("nope", "no job"), ("job-2026", "fits 2"), ("", "no")]
)
def test_an_unknown_job_and_one_of_several_are_refused(wanted: str, says: str) -> None:
    jobs, _ = reader("execution-job-20260101T000000-aaaa", "execution-job-20260101T000000-bbbb")
    with pytest.raises(LabError, match=says):
        jobs.find(wanted)


def test_an_exact_id_wins_over_ids_that_contain_it() -> None:
    jobs, _ = reader("execution-job-12", "execution-job-1")
    assert jobs.find("job-1").job_id == "job-1"


def test_a_finished_job_is_read_once() -> None:
    jobs, stepfunctions = reader("execution-job-1")
    for _ in range(3):
        assert jobs.read(jobs.executions())[0].rows == 3
    assert stepfunctions.described == ["arn:execution-job-1"]


def test_an_execution_is_named_here_as_csv_processor_names_it() -> None:
    state = {
        "job_id": "job-1",
        "source_bucket": "raw",
        "source_key": "uploads/a.csv",
        "destination_bucket": "processed",
        "submitted_at": "2024-01-15T10:00:00",
    }
    name = PipelineJob.from_state(state).execution_name
    assert execution_name("job-1") == name
    assert job_id_in(name) == "job-1"
