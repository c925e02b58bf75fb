"""Job identity and keys."""

import contextlib
import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import MalformedJobError
from pipeline.job import (
    Job,
    Upload,
    file_name,
    is_csv_name,
    job_message,
    parse_time,
    uploads_in,
)
from tests.unit.lambdas.pipeline_under_test import s3_event

# What S3 accepts in a key: up to 1,024 bytes of UTF-8.
file_names = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="/"), min_size=1, max_size=1000
).filter(lambda name: len(name.encode()) <= 1000)
NOW = datetime(2024, 1, 21, tzinfo=UTC)


def an_upload(key: str = "uploads/sales.csv", **changes: object) -> Upload:
    facts = {
        "bucket": "raw",
        "key": key,
        "etag": "e1",
        "size": 408,
        "sequencer": "01",
        "event_time": "2024-01-20T23:59:58.123Z",
    }
    return Upload(**{**facts, **changes})  # type: ignore[arg-type]


def a_job(**changes: str) -> Job:
    return Job.from_state({**job_message(an_upload(), "processed", NOW), **changes})


def hand_made(**changes: str) -> dict[str, str]:
    """The workshop's console input: five names, a job id of its own."""
    return {
        "job_id": "test-job-001",
        "source_bucket": "raw",
        "source_key": "uploads/sample_sales.csv",
        "destination_bucket": "processed",
        "submitted_at": "2024-01-15T10:00:00",
        **changes,
    }


@given(file_names)
def test_20_any_file_name_gives_a_job_id_and_execution_name_step_functions_accepts(
    name: str,
) -> None:
    job = Job.from_state(job_message(an_upload(f"uploads/{name}"), "processed", NOW))
    assert re.fullmatch(r"job-20240120T235958-[0-9a-f]{16}", job.job_id)
    assert re.fullmatch(r"[0-9A-Za-z_-]{1,80}", job.execution_name)


@given(file_names)
def test_any_file_name_gives_keys_within_1024_bytes_that_stay_in_their_folders(name: str) -> None:
    job = Job.from_state(job_message(an_upload(f"uploads/{name}"), "processed", NOW))
    folder = "2024/01/20/"
    for key, ending in (
        (job.result_key, f"-{job.hash8}_result.json"),
        (job.failed_key, ""),
        (job.error_key, ".error.json"),
    ):
        assert len(key.encode()) <= 1024
        assert key.startswith((f"processed/{folder}", f"failed/{folder}"))
        assert key.count("/") == 4
        assert key.endswith(ending)


@given(file_names, st.sampled_from([quote, quote_plus]))
def test_6_a_key_is_decoded_once_whether_a_space_came_as_percent_20_or_plus(
    name: str, quoting: object
) -> None:
    event = s3_event("placeholder")
    event["Records"][0]["s3"]["object"]["key"] = quoting(f"uploads/{name}", safe="/")  # type: ignore[operator]
    assert [upload.key for upload in uploads_in(event)] == [f"uploads/{name}"]


def test_a_name_that_looks_encoded_is_not_decoded_twice() -> None:
    assert uploads_in(s3_event("uploads/50%2B50 +%25.csv"))[0].key == "uploads/50%2B50 +%25.csv"


def test_17_the_same_event_gives_the_same_job_and_any_difference_another() -> None:
    same = {an_upload().job_id, an_upload(size=1).job_id}
    others = {
        an_upload(bucket="other").job_id,
        an_upload("uploads/sales2.csv").job_id,
        an_upload(etag="e2").job_id,
        an_upload(sequencer="02").job_id,
    }
    assert len(same) == 1
    assert len(same | others) == 5


def test_19_equal_names_in_two_folders_have_two_results() -> None:
    keys = {
        Job.from_state(job_message(an_upload(key), "processed", NOW)).result_key
        for key in ("uploads/a/sales.csv", "uploads/b/sales.csv")
    }
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("key", "stem", "extension"),
    [
        ("uploads/DATA.CSV", "DATA", ".CSV"),
        ("uploads/a.csv.b.csv", "a.csv.b", ".csv"),
        ("uploads/no_extension", "no_extension", ""),
        ("uploads/.csv", ".csv", ""),
        ("uploads/..", "..", ""),
        ("uploads/ยอดขาย มกราคม.csv", "ยอดขาย มกราคม", ".csv"),
        ("uploads/x." + "y" * 30, "x." + "y" * 30, ""),
    ],
)
def test_stem_and_extension_come_from_the_last_path_segment(
    key: str, stem: str, extension: str
) -> None:
    job = a_job(source_key=key)
    assert job.result_key == f"processed/2024/01/20/{stem}-{job.hash8}_result.json"
    assert job.failed_key == f"failed/2024/01/20/{stem}-{job.hash8}{extension}"


def test_a_long_thai_name_is_cut_between_characters() -> None:
    job = a_job(source_key="uploads/" + "ก" * 330 + ".csv")
    for key in (job.result_key, job.error_key):
        assert 1020 <= len(key.encode()) <= 1024
        assert "\ufffd" not in key


def test_35_a_rerun_after_midnight_has_the_same_keys() -> None:
    upload = an_upload()
    before, after = (
        Job.from_state(job_message(upload, "processed", moment))
        for moment in (datetime(2024, 1, 20, 23, 59, tzinfo=UTC), NOW)
    )
    assert before.result_key == after.result_key
    assert before.failed_key == after.failed_key


def test_35_dates_are_utc_whatever_offset_the_event_carries() -> None:
    job = a_job(event_time="2024-01-21T05:30:00+07:00")
    assert job.result_key.startswith("processed/2024/01/20/")


def test_every_time_in_a_job_message_carries_an_offset() -> None:
    message = job_message(an_upload(), "processed", NOW)
    for name in ("submitted_at", "event_time"):
        assert datetime.fromisoformat(message[name]).tzinfo is not None


def test_the_workshops_hand_made_input_is_a_job() -> None:
    job = Job.from_state(hand_made())
    assert job.etag is None
    assert job.result_key == f"processed/2024/01/15/sample_sales-{job.hash8}_result.json"
    assert re.fullmatch(r"[0-9a-f]{8}", job.hash8)


@pytest.mark.parametrize(
    "name", ["job_id", "source_bucket", "source_key", "destination_bucket", "submitted_at"]
)
def test_a_job_without_one_of_the_five_names_is_malformed(name: str) -> None:
    state = hand_made()
    del state[name]
    with pytest.raises(MalformedJobError):
        Job.from_state(state)


@pytest.mark.parametrize("job_id", ["", "a b", "../x", "งาน", "j" * 71, "a\n"])
def test_a_job_id_that_names_no_execution_is_malformed(job_id: str) -> None:
    with pytest.raises(MalformedJobError):
        Job.from_state(hand_made(job_id=job_id))


@pytest.mark.parametrize("state", [None, True, 5, "job", [], {}, {"job_id": 5}])
def test_anything_but_a_job_is_malformed_and_nothing_else(state: object) -> None:
    with pytest.raises(MalformedJobError):
        Job.from_state(state)


def test_folder_markers_test_events_and_other_event_types_announce_nothing() -> None:
    assert uploads_in(s3_event("uploads/", size=0)) == []
    assert uploads_in(s3_event("uploads/2024/", size=0)) == []
    assert uploads_in({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "raw"}) == []
    assert uploads_in(s3_event("uploads/a.csv", name="ObjectRemoved:Delete")) == []


@pytest.mark.parametrize("key", ["uploads/data.csv/", "uploads/2024/", "uploads/", "uploads//"])
def test_a_key_that_ends_with_a_slash_and_has_content_is_an_upload(key: str) -> None:
    [upload] = uploads_in(s3_event(key, size=1))
    assert upload.key == key


def test_the_name_of_a_file_is_what_stands_before_the_slashes_at_the_end_of_its_key() -> None:
    assert file_name("uploads/data.csv/") == "data.csv"
    assert file_name("uploads/a//") == "a"
    assert is_csv_name("uploads/DATA.CSV//")
    assert not is_csv_name("uploads/")
    assert a_job(source_key="uploads/data.csv/").failed_key.endswith(".csv")


@pytest.mark.parametrize("event", [{}, {"Records": None}, {"Records": [{}]}, {"Records": ["x"]}])
def test_what_is_no_s3_event_is_malformed(event: dict[str, object]) -> None:
    with pytest.raises(MalformedJobError):
        uploads_in(event)


@given(st.text())
def test_a_time_is_read_as_utc_or_refused(text: str) -> None:
    with contextlib.suppress(MalformedJobError):
        assert parse_time(text).utcoffset() == timedelta(0)


def test_a_job_message_is_far_below_the_256_kib_of_sqs() -> None:
    message = job_message(an_upload("uploads/" + "ก" * 338), "p" * 63, NOW)
    assert len(json.dumps(message)) < 4096
