from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lab.errors import UsageError
from lab.evidence import Execution
from lab.jobs import Job
from lab.uploads import Upload, check_files, plan_keys

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


def job(
    event_time: datetime,
    *,
    status: Any = "RUNNING",
    stopped: Any = None,
    key: Any = "uploads/a.csv",
    state: dict[str, Any] | None = None,
) -> Job:
    message = {
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
        "seconds": None,
    }


def test_a_processed_upload_tells_result_rows_revenue_and_seconds() -> None:
    state = {"output_key": "processed/a_result.json", "total_rows": 5, "total_revenue": 7200.0}
    done = job(NOON, status="SUCCEEDED", stopped=NOON + timedelta(seconds=1.25), state=state)
    told = upload(job=done).as_json()
    assert told["outcome"] == "processed"
    assert (told["output_key"], told["failed_key"]) == ("processed/a_result.json", None)
    assert (told["rows"], told["revenue"], told["seconds"]) == (5, 7200.0, 1.25)


def test_a_failed_upload_tells_reason_and_where_the_file_is() -> None:
    state = {"failed_key": "failed/a.csv", "failure_reason": "missing_columns", "row_count": 1}
    done = job(NOON, status="FAILED", stopped=NOON + timedelta(seconds=2), state=state)
    told = upload(job=done).as_json()
    assert (told["outcome"], told["reason"]) == ("failed", "missing_columns")
    assert (told["output_key"], told["failed_key"]) == (None, "failed/a.csv")
    assert told["revenue"] is None
