"""What became of an upload: its execution, its lines, what is told of it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from console.language import in_language
from console.pipeline.story import (
    Evidence,
    Line,
    encoded,
    job_id_of,
    lines_about,
    plain_story,
    split,
)
from console.pipeline.uploads import Execution, Upload, match, put_at

AT = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)


def execution(key: str, after_seconds: float = 1, **job: str) -> Execution:
    given = {"source_bucket": "raw", "source_key": key, "job_id": "job-1", **job}
    started = AT + timedelta(seconds=after_seconds)
    return Execution(f"arn:{key}:{after_seconds}", "SUCCEEDED", started, started, given)


def test_an_upload_is_shown_with_the_execution_about_it() -> None:
    upload = Upload("raw", "uploads/a.csv", AT, 5)
    (found,) = match([upload], [execution("uploads/a.csv", 3), execution("uploads/a.csv", 1)])
    assert found.execution
    assert found.execution.started == AT + timedelta(seconds=3)


def test_an_execution_from_before_the_file_was_put_again_is_not_about_it() -> None:
    upload = Upload("raw", "uploads/a.csv", AT, 5)
    (found,) = match([upload], [execution("uploads/a.csv", -60)])
    assert found.execution is None


def test_a_file_that_was_moved_is_known_by_its_execution() -> None:
    (found,) = match([], [execution("uploads/bad.csv", 1, event_time="2026-11-26T04:59:59Z")])
    assert (found.key, found.size_bytes, found.at) == (
        "uploads/bad.csv",
        None,
        AT - timedelta(seconds=1),
    )


def test_an_execution_about_no_file_is_no_upload() -> None:
    assert match([], [Execution("arn", "RUNNING", AT, None, {"a": 1})]) == []


def test_a_moment_without_a_zone_is_utc() -> None:
    assert put_at(execution("a", submitted_at="2026-11-26T05:00:00")) == AT
    assert put_at(execution("a", submitted_at="yesterday")) == AT + timedelta(seconds=1)


def event(second: int, message: str, stream: str = "s") -> dict[str, Any]:
    at = round((AT + timedelta(seconds=second)).timestamp() * 1000)
    return {"timestamp": at, "message": f"{message}\n", "logStreamName": stream}


def test_lines_belong_to_invocations_and_lambda_s_own_are_left_out() -> None:
    events = [
        event(0, "INIT_START Runtime Version: python:3.12"),
        event(1, "START RequestId: a Version: $LATEST"),
        event(2, '{"job_id": "job-1"}'),
        event(3, "END RequestId: a"),
        event(3, "REPORT RequestId: a Duration: 1 ms"),
        event(4, "START RequestId: b Version: $LATEST"),
        event(5, "[ERROR] KeyError: 'x'"),
    ]
    found = [[line.text for line in lines] for lines in split(events, "f") if lines]
    assert found == [['{"job_id": "job-1"}'], ["[ERROR] KeyError: 'x'"]]


def test_an_invocation_that_failed_on_a_file_is_shown_whole() -> None:
    well = [Line(AT, "f", "job-1 done"), Line(AT, "f", "job-2 done")]
    badly = [Line(AT, "f", "job-1 begins"), Line(AT, "f", "[ERROR] KeyError"), Line(AT, "f", "x")]
    other = [Line(AT, "f", "[ERROR] of another job")]
    texts = [line.text for line in lines_about([well, badly, other], ["job-1"])]
    assert texts == ["job-1 done", "job-1 begins", "[ERROR] KeyError", "x"]


def test_the_job_is_found_in_a_state_s_input_or_in_what_is_inside_of_it() -> None:
    assert job_id_of('{"job_id": "job-1"}') == "job-1"
    assert job_id_of('{"outcome": "failed", "job": {"job_id": "job-1"}}') == "job-1"
    assert not job_id_of("[1]")
    assert encoded("uploads/a b.csv") == "uploads/a+b.csv"


def test_a_job_that_only_a_function_knows_is_found_in_its_log() -> None:
    lines = [Line(AT, "f", '[INFO]\t2026\tid\t{"event": "file_received", "job_id": "job-7"}')]
    assert Evidence(Upload("raw", "a", AT), lines=lines).job_id == "job-7"


def test_what_the_states_know_is_told_by_the_last_of_them() -> None:
    events = []
    for number, output in enumerate(({"failed_key": None}, {"failed_key": "failed/a.csv"})):
        name = f"S{number}"
        enter, leave = 2 * number + 1, 2 * number + 2
        events += [
            {
                "id": enter,
                "previousEventId": enter - 1,
                "timestamp": AT,
                "type": "TaskStateEntered",
                "stateEnteredEventDetails": {"name": name, "input": "{}"},
            },
            {
                "id": leave,
                "previousEventId": enter,
                "timestamp": AT,
                "type": "TaskStateExited",
                "stateExitedEventDetails": {"name": name, "output": json.dumps(output)},
            },
        ]
    assert Evidence(Upload("raw", "a", AT), events=events).outcome()["failed_key"] == "failed/a.csv"


def test_a_file_that_nobody_heard_of_is_told_so_with_what_to_look_at() -> None:
    told = plain_story(Evidence(Upload("raw", "a", AT)), lambda en, th: in_language("en", en, th))
    assert [each.place for each in told] == ["S3", "Lambda", "Step Functions"]
    assert "trigger" in told[1].why
