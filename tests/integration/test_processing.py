"""A good file becomes a result: the figures, the encodings, the names, the keys."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.integration.sales_files import ONE_SALE, SAMPLE_SALES, SAMPLE_SUMMARY
from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.integration.lab_under_test import LabUnderTest


def test_the_sample_file_gives_the_workshops_figures(lab: LabUnderTest) -> None:
    """Items 28 and 35."""
    upload = lab.upload("sample_sales.csv", SAMPLE_SALES)

    outcome = lab.outcome_of(upload)

    assert outcome.kind == "processed"
    assert outcome.body["summary"] == SAMPLE_SUMMARY
    assert outcome.body["source_file"] == upload.key
    assert [row["order_id"] for row in outcome.body["data"]] == [
        f"ORD{number:03d}" for number in range(1, 6)
    ]
    processed_at = datetime.fromisoformat(outcome.body["processed_at"])
    assert processed_at.utcoffset() is not None
    assert lab.execution_of(outcome.job_id)["status"] == "SUCCEEDED"


def test_the_result_key_tells_the_day_the_stem_and_the_job(lab: LabUnderTest) -> None:
    """The key's parts come from the upload event alone, so that a rerun writes the same key."""
    upload = lab.upload("sample_sales.csv", SAMPLE_SALES)

    outcome = lab.outcome_of(upload)

    job = re.fullmatch(r"job-(\d{4})(\d{2})(\d{2})T\d{6}-([0-9a-f]{16})", outcome.job_id)
    assert job, f"unexpected job id {outcome.job_id}"
    year, month, day, digest = job.groups()
    stem = upload.key.removeprefix("uploads/").removesuffix(".csv")
    assert outcome.key == f"processed/{year}/{month}/{day}/{stem}-{digest[:8]}_result.json"


def test_the_validator_logs_what_it_found_in_the_sample(lab: LabUnderTest) -> None:
    """Item 4: 408 bytes, 5 rows, 6 headers."""
    upload = lab.upload("sample_sales.csv", SAMPLE_SALES)

    job_id = lab.outcome_of(upload).job_id

    logged = lab.log_event("csv-validator", "file_validated", upload.uploaded_at, job_id=job_id)
    assert logged["file_size_bytes"] == 408
    assert logged["total_rows"] == 5
    assert logged["headers"] == [
        "order_id",
        "customer_name",
        "product",
        "quantity",
        "price",
        "date",
    ]


def test_each_function_logs_the_event_that_the_workshop_names(lab: LabUnderTest) -> None:
    upload = lab.upload("sample_sales.csv", SAMPLE_SALES)

    job_id = lab.outcome_of(upload).job_id

    for function, event in (
        ("csv-validator", "file_received"),
        ("csv-validator", "message_queued"),
        ("csv-processor", "execution_started"),
        ("parse-csv", "csv_parsed"),
        ("validate-schema", "schema_checked"),
        ("transform-data", "transform_complete"),
        ("send-notification", "notification_sent"),
    ):
        lab.log_event(function, event, upload.uploaded_at, job_id=job_id)


@pytest.mark.parametrize(
    ("encoding", "byte_order_mark"),
    [
        pytest.param("utf-8-sig", b"", id="UTF-8 with a byte order mark"),
        pytest.param("cp874", b"", id="CP874, Thai Windows"),
        pytest.param("utf-16", b"", id="UTF-16 as this machine writes it"),
        pytest.param("utf-16-be", b"\xfe\xff", id="UTF-16 big-endian"),
    ],
)
def test_the_encoding_of_a_file_does_not_change_its_totals(
    lab: LabUnderTest, encoding: str, byte_order_mark: bytes
) -> None:
    """Item 8."""
    body = byte_order_mark + SAMPLE_SALES.decode().encode(encoding)

    outcome = lab.outcome_of(lab.upload("sample_sales.csv", body))

    assert outcome.kind == "processed"
    assert outcome.body["summary"] == SAMPLE_SUMMARY
    assert outcome.body["data"][0]["customer_name"] == "สมชาย ใจดี"


AWKWARD_NAMES = [
    "with a space.csv",
    "plus+sign.csv",
    "100%.csv",
    "percent%20twenty.csv",
    "hash#tag.csv",
    "question?mark.csv",
    "single'quote.csv",
    'double"quote.csv',
    "ampersand&semi;colon.csv",
    "equals=at@colon:.csv",
    "comma,bracket[1](2){3}.csv",
    "back\\slash.csv",
    "รายงานยอดขาย มกราคม ๒๕๖๗.csv",
    "emoji 😀👍🏽.csv",
    unicodedata.normalize("NFC", "café.csv"),
    unicodedata.normalize("NFD", "café.csv"),
    "UPPER.CSV",
    "a.csv.b.csv",
    ".csv",
    "-dash-first.csv",
    "<b>bold</b>.csv",
    "$HOME`id`.csv",
    "ผ" * 60 + ".csv",
]


def test_any_file_name_goes_through_from_end_to_end(lab: LabUnderTest) -> None:
    """Item 6, and 5's X.CSV."""
    uploads = [lab.upload(name, ONE_SALE) for name in AWKWARD_NAMES]
    uploads += [
        lab.upload("โฟลเดอร์ ก/ข+ค/in a folder.csv", ONE_SALE),
        lab.upload("sales.csv", ONE_SALE, folder="folder.csv/deep er/"),
        lab.upload("sales.csv", ONE_SALE, folder="../up/"),
    ]

    outcomes = lab.outcomes_of(uploads)

    assert {each.source_key: each.kind for each in outcomes} == {
        upload.key: "processed" for upload in uploads
    }
    assert len({outcome.key for outcome in outcomes}) == len(uploads)


def test_the_longest_key_that_s3_takes_is_processed(lab: LabUnderTest) -> None:
    room = 1024 - len("uploads/01234567-.csv")
    upload = lab.upload("ก" * (room // 3) + ".csv", ONE_SALE)

    assert lab.outcome_of(upload).kind == "processed"


def test_the_same_file_name_in_two_folders_gives_two_results(lab: LabUnderTest) -> None:
    """Item 19."""
    north = lab.upload("north/sales.csv", ONE_SALE)
    south = lab.upload("south/sales.csv", ONE_SALE)

    outcomes = lab.outcomes_of([north, south])

    assert [outcome.kind for outcome in outcomes] == ["processed", "processed"]
    assert outcomes[0].key != outcomes[1].key


def test_new_content_under_the_same_name_gives_a_second_result(lab: LabUnderTest) -> None:
    """Item 19."""
    first = lab.upload("sales.csv", ONE_SALE)
    lab.outcome_of(first)

    lab.put(first.key, SAMPLE_SALES)

    both = wait_until(
        "a second outcome of the same key",
        lambda: outcomes if len(outcomes := lab.outcomes(first.key)) == 2 else None,
        seen=lambda: lab.what_happened([first]),
    )
    assert sorted(outcome.body["summary"]["total_rows"] for outcome in both) == [1, 5]


def test_a_job_rerun_after_midnight_writes_the_same_key(lab: LabUnderTest) -> None:
    """Item 35: keys are dated by the upload event, not by the clock."""
    upload = lab.upload("sample_sales.csv", SAMPLE_SALES)
    lab.outcome_of(upload)
    job_id = f"job-20240115T235959-{upload.etag[:16]}"
    job = {
        "job_id": job_id,
        "source_bucket": lab.settings.raw_bucket,
        "source_key": upload.key,
        "destination_bucket": lab.settings.processed_bucket,
        "submitted_at": datetime.now(UTC).isoformat(),
        "event_time": "2024-01-15T23:59:59.999Z",
        "etag": upload.etag,
    }

    outputs = [lab.run_by_hand(job, name=f"{job_id}-run-{run}") for run in (1, 2)]

    assert outputs[0]["output_key"].startswith("processed/2024/01/15/")
    assert outputs[0]["output_key"] == outputs[1]["output_key"]


def test_the_workshops_hand_made_console_input_still_runs(lab: LabUnderTest) -> None:
    upload = lab.upload("sample_sales.csv", SAMPLE_SALES)
    lab.outcome_of(upload)

    output = lab.run_by_hand(
        {
            "job_id": "test-job-001",
            "source_bucket": lab.settings.raw_bucket,
            "source_key": upload.key,
            "destination_bucket": lab.settings.processed_bucket,
            "submitted_at": "2024-01-15T10:30:00",
        }
    )

    assert output["total_revenue"] == 7200.00
    assert output["output_key"].startswith("processed/2024/01/15/")
    assert output["notification_status"] == "sent"
