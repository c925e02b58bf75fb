"""csv-validator: every upload gets one job message, whatever is in it."""

import json
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from pipeline.errors import MalformedJobError, TransientServiceError
from tests.integration.sales_files import SAMPLE_SALES
from tests.unit.lambdas.fakes import client_error
from tests.unit.lambdas.pipeline_under_test import Pipeline, s3_event


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_4_the_sample_is_validated_with_its_figures_and_queued(
    pipeline: Pipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    job = pipeline.upload(SAMPLE_SALES)
    lines = logged(capsys)
    assert [line["event"] for line in lines] == [
        "file_received",
        "file_validated",
        "message_queued",
    ]
    assert {line["job_id"] for line in lines} == {job["job_id"]}
    assert lines[1]["total_rows"] == 5
    assert len(lines[1]["headers"]) == 6
    assert lines[1]["file_size_bytes"] == 408
    assert job["row_count"] == 5
    assert job["destination_bucket"] == "processed"
    attribute = pipeline.sqs.sent[0]["MessageAttributes"]["job_type"]
    assert attribute == {"DataType": "String", "StringValue": "csv_processing"}


@pytest.mark.parametrize(
    ("key", "body", "reason"),
    [
        ("uploads/test.txt", b"hello", "not_csv"),
        ("uploads/csv", b"a,b\n1,2\n", "not_csv"),
        ("uploads/image.csv", b"\x89PNG\r\n\x1a\n", "not_csv"),
        ("uploads/zero.csv", b"", "empty_file"),
        ("uploads/header.csv", b"order_id,price\n", "no_data_rows"),
        ("uploads/bytes.csv", b"a,b\n\xfc,\xff\n", "undecodable"),
        ("uploads/huge.csv", b"x" * 1_000_001, "too_large"),
    ],
)
def test_5_7_a_file_wrong_for_good_is_queued_with_its_rejection(
    pipeline: Pipeline,
    capsys: pytest.CaptureFixture[str],
    key: str,
    body: bytes,
    reason: str,
) -> None:
    job = pipeline.upload(body, key)
    assert job["rejection"]["reason"] == reason
    assert job["rejection"]["message"]
    assert [line["event"] for line in logged(capsys)] == [
        "file_received",
        "file_rejected",
        "message_queued",
    ]


def test_5_an_upper_case_extension_is_a_csv(pipeline: Pipeline) -> None:
    assert pipeline.upload(SAMPLE_SALES, "uploads/X.CSV")["row_count"] == 5


def test_5_a_folder_marker_is_ignored(
    pipeline: Pipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pipeline.run("csv_validator", s3_event("uploads/new folder/", size=0)) == {"jobs": []}
    assert pipeline.sqs.sent == []
    assert logged(capsys) == []


def test_a_file_of_exactly_the_limit_is_not_too_large(pipeline: Pipeline) -> None:
    head = b"order_id,price\n"
    body = head + b"x,1\n" * ((1_000_000 - len(head)) // 4)
    body += b"\n" * (1_000_000 - len(body))
    assert "rejection" not in pipeline.upload(body)


@pytest.mark.parametrize(
    "key",
    [
        "uploads/a b.csv",
        "uploads/1+1=2.csv",
        "uploads/50%.csv",
        "uploads/#1.csv",
        'uploads/it\'s "x".csv',
        "uploads/ยอดขาย.csv",
        "uploads/🎉/ปี/x.csv",
    ],
)
def test_6_special_names_are_read_where_they_stand(pipeline: Pipeline, key: str) -> None:
    job = pipeline.upload(SAMPLE_SALES, key)
    assert job["source_key"] == key
    assert "rejection" not in job


def test_a_file_deleted_before_it_is_read_is_upload_missing(pipeline: Pipeline) -> None:
    pipeline.run("csv_validator", s3_event("uploads/gone.csv"))
    job = json.loads(pipeline.sqs.sent[0]["MessageBody"])
    assert job["rejection"]["reason"] == "upload_missing"
    assert "row_count" not in job


def test_a_file_replaced_before_it_is_read_is_superseded(pipeline: Pipeline) -> None:
    pipeline.s3.put("raw", "uploads/sales.csv", SAMPLE_SALES)
    pipeline.run("csv_validator", s3_event("uploads/sales.csv", etag="0" * 32))
    job = json.loads(pipeline.sqs.sent[0]["MessageBody"])
    assert job["rejection"]["reason"] == "superseded"


def test_9_sqs_refusing_the_message_fails_the_invocation_and_its_retry_has_the_same_id(
    pipeline: Pipeline,
) -> None:
    etag = pipeline.s3.put("raw", "uploads/sales.csv", SAMPLE_SALES)
    event = s3_event("uploads/sales.csv", etag=etag)
    pipeline.sqs.faults.add("send_message", client_error("ThrottlingException", "SendMessage"))
    with pytest.raises(TransientServiceError):
        pipeline.run("csv_validator", event)
    first = pipeline.run("csv_validator", event)
    assert pipeline.run("csv_validator", event) == first
    assert len({json.loads(m["MessageBody"])["job_id"] for m in pipeline.sqs.sent}) == 1


@pytest.mark.parametrize(
    "error",
    [
        client_error("SlowDown", "GetObject", 503),
        client_error("ServiceUnavailable", "GetObject", 503),
        ReadTimeoutError(endpoint_url="https://s3.test"),
    ],
)
def test_s3_with_too_much_to_do_is_raised_and_rejects_no_file(
    pipeline: Pipeline, error: Exception
) -> None:
    pipeline.s3.faults.add("get_object", error)
    with pytest.raises(TransientServiceError):
        pipeline.upload(SAMPLE_SALES)
    assert pipeline.sqs.sent == []


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (client_error("AccessDenied", "GetObject", 403), "AccessDenied"),
        (client_error("InternalError", "GetObject", 500), "InternalError"),
        (ConnectionClosedError(endpoint_url="https://s3.test"), "ConnectionClosedError"),
    ],
)
def test_a_file_that_s3_does_not_give_is_left_unread_to_the_workflow_which_always_ends(
    pipeline: Pipeline, capsys: pytest.CaptureFixture[str], error: Exception, name: str
) -> None:
    pipeline.s3.faults.add("get_object", error)
    job = pipeline.upload(SAMPLE_SALES)
    assert "rejection" not in job
    assert "row_count" not in job
    assert job["unread"] == name
    assert [line.get("error") for line in logged(capsys) if line["event"] == "file_unread"] == [
        name
    ]
    assert pipeline.run("parse_csv", job)["row_count"] == 5


def test_a_failure_in_a_later_record_makes_no_second_job_of_an_earlier_one(
    pipeline: Pipeline,
) -> None:
    records = []
    for name in ("one", "two"):
        etag = pipeline.s3.put("raw", f"uploads/{name}.csv", SAMPLE_SALES)
        records += s3_event(f"uploads/{name}.csv", etag=etag)["Records"]
    jobs = pipeline.run("csv_validator", {"Records": records})["jobs"]
    pipeline.s3.faults.add("get_object", client_error("SlowDown", "GetObject", 503))
    with pytest.raises(TransientServiceError):
        pipeline.run("csv_validator", {"Records": records})
    assert pipeline.run("csv_validator", {"Records": records})["jobs"] == jobs
    assert len(set(jobs)) == 2


def test_the_test_event_of_s3_is_ignored(pipeline: Pipeline) -> None:
    assert pipeline.run("csv_validator", {"Event": "s3:TestEvent"}) == {"jobs": []}


def test_what_is_no_s3_event_fails_loudly(pipeline: Pipeline) -> None:
    with pytest.raises(MalformedJobError):
        pipeline.run("csv_validator", {"hello": "world"})


def test_no_personal_data_is_logged_or_queued(
    pipeline: Pipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    without_header = SAMPLE_SALES.split(b"\n", 1)[1]
    for body in (SAMPLE_SALES, without_header, b"a,a\n" + SAMPLE_SALES):
        pipeline.upload(body)
    seen = capsys.readouterr().out + json.dumps(pipeline.sqs.sent)
    for word in ("สมชาย", "วิชัย", "มานะ"):
        assert word not in seen
        assert json.dumps(word).strip('"') not in seen
