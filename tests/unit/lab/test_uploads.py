import json
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lab.errors import LabError, UsageError
from lab.progress import Steps
from lab.promise.evidence import Execution, Outcome
from lab.promise.jobs import Job
from lab.promise.uploads import Upload, Watch, check_files, plan_keys, refuse_others
from lab.running import LabRecord, RunningLab
from lab.views.uploading import show_uploads
from pipeline.state import WorkflowState

DEVICE = Path("/dev/zero")
NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


def job(
    event_time: datetime,
    *,
    status: Any = "RUNNING",
    stopped: Any = None,
    key: Any = "uploads/a.csv",
    state: WorkflowState | None = None,
) -> Job:
    message: WorkflowState = {
        "job_id": "job-1",
        "source_key": key,
        "etag": "e1",
        "event_time": event_time.isoformat(),
    }
    return Job(Execution("arn", "execution-job-1", status, NOON, stopped), message, state or {})


def upload(**changes: Any) -> Upload:
    given = {
        "file": Path("a.csv"),
        "key": "uploads/a.csv",
        "etag": "e1",
        "begun": NOON,
        "answered": NOON,
    }
    return Upload(**{**given, **changes})


def test_a_file_is_put_under_its_own_name_whatever_its_alphabet() -> None:
    files = [Path("x/ยอดขาย มกราคม.csv"), Path("a+b #1.csv")]
    assert plan_keys(files, "uploads/") == ["uploads/ยอดขาย มกราคม.csv", "uploads/a+b #1.csv"]


def test_two_files_of_one_name_do_not_overwrite_each_other() -> None:
    keys = plan_keys([Path("north/day.csv"), Path("south/day.csv"), Path("x.csv")], "uploads/")
    assert keys == ["uploads/north/day.csv", "uploads/south/day.csv", "uploads/x.csv"]


def test_the_same_file_given_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="Two files would both become"):
        plan_keys([Path("a/day.csv"), Path("a/day.csv")], "uploads/")


def test_a_name_that_is_no_text_is_refused_before_anything_is_put_unless_a_key_is_given() -> None:
    undecodable = Path(os.fsdecode(b"caf\xe9.csv"))
    with pytest.raises(UsageError, match=r"no UTF-8.*--as"):
        plan_keys([Path("good.csv"), undecodable], "uploads/")
    assert plan_keys([undecodable], "uploads/", "cafe.csv") == ["uploads/cafe.csv"]
    with pytest.raises(UsageError, match="no UTF-8"):
        plan_keys([Path("good.csv")], "uploads/", undecodable.name)


def test_what_is_no_file_is_refused_at_once_and_not_waited_for(tmp_path: Path) -> None:
    pipe, listening = tmp_path / "pipe.csv", tmp_path / "socket.csv"
    os.mkfifo(pipe)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(listening))
        for what, name in ((pipe, "a pipe"), (listening, "a socket"), (DEVICE, "a device")):
            with pytest.raises(UsageError, match=f"is {name}, no file"):
                check_files([what])


@pytest.mark.parametrize("wanted", ["shop/day.csv", "uploads/shop/day.csv"])
def test_as_names_the_key_with_or_without_the_prefix(wanted: str) -> None:
    assert plan_keys([Path("x.csv")], "uploads/", wanted) == ["uploads/shop/day.csv"]


@pytest.mark.parametrize("wanted", ["", "uploads/", "shop/"])
def test_as_refuses_a_folder(wanted: str) -> None:
    with pytest.raises(UsageError):
        plan_keys([Path("x.csv")], "uploads/", wanted)


def test_as_is_for_one_file() -> None:
    with pytest.raises(UsageError, match="one file"):
        plan_keys([Path("x.csv"), Path("y.csv")], "uploads/", "z.csv")


def test_a_missing_file_and_a_folder_are_told_before_anything_is_put(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file"):
        check_files([tmp_path / "nothing.csv"])
    with pytest.raises(UsageError, match="is a folder"):
        check_files([tmp_path])


def test_a_job_announced_with_the_put_is_the_uploads_own() -> None:
    assert upload().is_of(job(NOON + timedelta(milliseconds=300)))


def test_a_job_of_an_earlier_put_of_the_same_content_is_not_taken_for_this_one() -> None:
    assert not upload().is_of(job(NOON - timedelta(seconds=30)))


def test_an_upload_without_a_job_is_pending() -> None:
    assert upload().as_json() == {
        "file": "a.csv",
        "key": "uploads/a.csv",
        "job_id": None,
        "outcome": "pending",
        "output_key": None,
        "failed_key": None,
        "reason": None,
        "rows": None,
        "revenue": None,
        "total_revenue_text": None,
        "seconds": None,
    }


def test_a_processed_upload_tells_result_rows_revenue_and_seconds() -> None:
    state: WorkflowState = {
        "output_key": "processed/a_result.json",
        "total_rows": 5,
        "total_revenue": 7200.0,
    }
    done = job(NOON, status="SUCCEEDED", stopped=NOON + timedelta(seconds=1.25), state=state)
    told = upload(job=done).as_json()
    assert told["outcome"] == "processed"
    assert (told["output_key"], told["failed_key"]) == ("processed/a_result.json", None)
    assert (told["rows"], told["revenue"], told["seconds"]) == (5, 7200.0, 1.25)


def test_a_failed_upload_tells_reason_and_where_the_file_is() -> None:
    state: WorkflowState = {
        "failed_key": "failed/a.csv",
        "failure_reason": "missing_columns",
        "row_count": 1,
    }
    done = job(NOON, status="FAILED", stopped=NOON + timedelta(seconds=2), state=state)
    told = upload(job=done).as_json()
    assert (told["outcome"], told["reason"]) == ("failed", "missing_columns")
    assert (told["output_key"], told["failed_key"]) == (None, "failed/a.csv")
    assert told["revenue"] is None


def test_a_revenue_beyond_any_float_is_told_to_the_satang() -> None:
    amount = "999999999000000000.01"
    state: WorkflowState = {"total_revenue": float(amount), "total_revenue_text": amount}
    done = job(NOON, status="SUCCEEDED", stopped=NOON, state=state)
    told = upload(job=done).as_json()
    assert (told["revenue"], told["total_revenue_text"]) == (float(amount), amount)


@pytest.mark.parametrize(
    "state",
    [
        {"total_revenue": "much", "total_rows": "five", "rejected_rows": [1]},
        {"rejection": "bad", "failure_message": 3},
        {},
    ],
)
@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED"])
def test_whatever_a_students_own_function_writes_can_be_told(state: Any, status: str) -> None:
    done = upload(job=job(NOON, status=status, stopped=NOON, state=state))
    assert (done.as_json()["rows"], done.as_json()["revenue"]) == (None, None)
    show_uploads([done])


class FakeStepFunctions:
    """Knows these executions; without any list the state machine does not exist."""

    class exceptions:  # noqa: N801 - boto3's name
        class StateMachineDoesNotExist(Exception):  # noqa: N818 - boto3's name
            pass

    def __init__(self, executions: list[tuple[str, dict[str, Any]]] | None = None) -> None:
        self.executions = executions

    def get_paginator(self, _operation: str) -> Any:
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        if self.executions is None:
            raise self.exceptions.StateMachineDoesNotExist
        times = {"status": "SUCCEEDED", "startDate": NOON, "stopDate": NOON}
        return [
            {"executions": [{**times, "executionArn": n, "name": n} for n, _ in self.executions]}
        ]

    def describe_execution(self, executionArn: str) -> dict[str, str]:  # noqa: N803 - boto3's name
        message = dict(self.executions or ())[executionArn]
        return {"input": json.dumps(message), "output": json.dumps({"output_key": executionArn})}


class FakeOutcomes:
    def __init__(self, *outcomes: Outcome) -> None:
        self.known = outcomes

    def outcomes(self, since: datetime) -> list[Outcome]:
        return [outcome for outcome in self.known if outcome.written >= since]


def outcome_key(
    executions: list[tuple[str, dict[str, Any]]] | None,
    outcomes: FakeOutcomes,
    monkeypatch: pytest.MonkeyPatch,
) -> str | None:
    """Where the outcome of an upload is found by a watch that looks once."""
    stepfunctions = FakeStepFunctions(None if executions is None else [])
    lab = RunningLab(LabRecord(4566), clients={"stepfunctions": stepfunctions, "s3": None})
    monkeypatch.setattr("lab.promise.uploads.OutcomeReader", lambda _: outcomes)
    monkeypatch.setattr("lab.promise.uploads.BUCKETS_AFTER_SECONDS", 0)
    watch = Watch(lab)
    stepfunctions.executions = executions
    watched = upload()
    watch.wait([watched], 0, lambda _: None)
    return watched.job.output_key if watched.job else None


def result(
    job_id: str = "job-1", *, written: datetime = NOON, key: str = "uploads/a.csv"
) -> Outcome:
    return Outcome("processed", job_id, key, f"processed/{job_id}.json", written, {})


def test_without_a_state_machine_an_outcome_is_found_by_the_uploaded_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = result("other", key="uploads/b.csv")
    old = result("old", written=NOON - timedelta(hours=1))
    found = outcome_key(None, FakeOutcomes(other, old, result()), monkeypatch)
    assert found == "processed/job-1.json"


def test_a_job_of_a_students_own_pipeline_is_found_by_the_uploaded_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    message = {"job_id": "job-20261123-a.csv", "source_key": "uploads/a.csv"}
    assert outcome_key([("own", message)], FakeOutcomes(), monkeypatch) == "own"


def test_the_outcome_of_another_job_for_the_same_key_is_not_taken_for_this_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two versions, one shortly after the other: the first one's result is not the second's."""
    message = {"job_id": "job-1", "source_key": "uploads/a.csv", "etag": "another"}
    found = outcome_key([("execution-job-1", message)], FakeOutcomes(result()), monkeypatch)
    assert found is None


def test_expect_names_what_came_instead() -> None:
    state: WorkflowState = {"failure_reason": "missing_columns"}
    failed = upload(job=job(NOON, status="FAILED", stopped=NOON, state=state))
    refuse_others([failed], "failed")
    with pytest.raises(LabError, match=r"a\.csv is failed \(missing_columns\).*run job-1"):
        refuse_others([failed], "processed")


def test_in_a_pipe_waiting_tells_how_far_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 1.9, 2.1, 11.0, 12.2])
    monkeypatch.setattr("lab.progress.time.monotonic", lambda: next(clock))
    with Steps(3) as steps:
        steps.begin("waiting")
        for done in (0, 0, 1, 2):
            steps.show(done)
    seen = capsys.readouterr()
    assert seen.out == ""
    assert seen.err == "waiting: 0 of 3, 2 s\nwaiting: 2 of 3, 12 s\n"
