"""A bad file reaches the failure outcome: moved, explained, mailed, and never silent."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.sales_files import (
    BAD_SCHEMA,
    CUSTOMER,
    HEADER,
    ONE_SALE,
    SAMPLE_SALES,
    SAMPLE_SUMMARY,
)
from tests.waiting import wait_until

if TYPE_CHECKING:
    from lab.promise.evidence import Outcome
    from tests.integration.lab_under_test import LabUnderTest, Upload


def _xlsx() -> bytes:
    book = BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return book.getvalue()


def _assert_moved(lab: LabUnderTest, upload: Upload, outcome: Outcome) -> None:
    """The file stands under failed/, unchanged, its reason beside it, and nowhere else."""
    s3 = lab.client("s3")
    moved = s3.get_object(Bucket=lab.settings.raw_bucket, Key=outcome.key)
    assert moved["Body"].read() == upload.body
    # The failure is written before the upload is deleted, so that a crash in between loses nothing.
    wait_until(
        f"{upload.key} to leave uploads/",
        lambda: upload.key not in lab.keys_under(upload.key),
    )


def test_a_file_with_missing_columns_moves_to_failed_and_says_which(lab: LabUnderTest) -> None:
    """Items 11 and 29."""
    upload = lab.upload("bad_schema.csv", BAD_SCHEMA)

    outcome = lab.outcome_of(upload)

    assert outcome.reason == "missing_columns"
    missing = ["order_id", "customer_name", "quantity", "price", "date"]
    assert outcome.body["details"]["columns"] == missing
    assert all(column in outcome.body["message"] for column in missing)
    _assert_moved(lab, upload, outcome)

    execution = lab.execution_of(outcome.job_id)
    assert (execution["status"], execution["error"]) == ("FAILED", "ValidationFailed")


def test_a_failed_file_keeps_its_reason_beside_it(lab: LabUnderTest) -> None:
    """Item 29: the key's date is the job's, and the reason has every field of the contract."""
    upload = lab.upload("bad_schema.csv", BAD_SCHEMA)

    outcome = lab.outcome_of(upload)

    day = outcome.job_id[4:12]
    stem = upload.key.removeprefix("uploads/").removesuffix(".csv")
    hash8 = outcome.job_id.rsplit("-", 1)[1][:8]
    assert outcome.key == f"failed/{day[:4]}/{day[4:6]}/{day[6:]}/{stem}-{hash8}.csv"
    reason = json.loads(
        lab.client("s3")
        .get_object(Bucket=lab.settings.raw_bucket, Key=f"{outcome.key}.error.json")["Body"]
        .read()
        .decode("utf-8")
    )
    assert reason["job_id"] == outcome.job_id
    assert reason["source_bucket"] == lab.settings.raw_bucket
    assert reason["source_key"] == upload.key
    assert reason["failed_key"] == outcome.key
    assert datetime.fromisoformat(reason["failed_at"]).utcoffset() is not None


def test_a_file_without_order_id_is_rejected_by_that_name(lab: LabUnderTest) -> None:
    """Item 11."""
    body = "customer_name,product,quantity,price,date\nA,Widget A,1,1.00,2024-01-15\n"

    outcome = lab.outcome_of(lab.upload("no_order_id.csv", body))

    assert outcome.reason == "missing_columns"
    assert outcome.body["details"]["columns"] == ["order_id"]


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        pytest.param("test.txt", ONE_SALE.encode(), "not_csv", id="another extension"),
        pytest.param("report", ONE_SALE.encode(), "not_csv", id="no extension"),
        pytest.param("book.csv", _xlsx(), "not_csv", id="a workbook named .csv"),
        pytest.param("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(64), "not_csv", id="an image"),
        pytest.param("empty.csv", b"", "empty_file", id="0 bytes"),
        pytest.param("blank.csv", b"\n \n\n", "empty_file", id="blank lines only"),
        pytest.param("header.csv", f"{HEADER}\n".encode(), "no_data_rows", id="header only"),
        pytest.param(
            "binary.csv", HEADER.encode() + b"\n\x00\x01\x02\xff", "undecodable", id="NUL bytes"
        ),
        pytest.param(
            "undecodable.csv",
            HEADER.encode() + b"\nA,\xff\xfe\xfc,B,1,1.00,2024-01-15\n",
            "undecodable",
            id="neither UTF-8 nor CP874",
        ),
        pytest.param(
            "quote.csv",
            ONE_SALE.replace("สมชาย", '"สมชาย').encode(),
            "malformed_csv",
            id="open quote",
        ),
        pytest.param(
            "twice.csv",
            f"{HEADER},price\nA,B,C,1,1.00,2024-01-15,2.00\n".encode(),
            "duplicate_header",
            id="a column twice",
        ),
        pytest.param(
            "all_bad.csv",
            f"{HEADER}\nA,B,C,x,1.00,2024-01-15\nA,B,C,1,nan,2024-01-15\n".encode(),
            "no_valid_rows",
            id="every row bad",
        ),
    ],
)
def test_a_file_that_is_no_sales_file_reaches_the_failure_outcome(
    lab: LabUnderTest, name: str, body: bytes, reason: str
) -> None:
    """Items 5, 7 and 33."""
    upload = lab.upload(name, body)

    outcome = lab.outcome_of(upload)

    assert (outcome.kind, outcome.reason) == ("failed", reason)
    assert outcome.body["message"]
    _assert_moved(lab, upload, outcome)
    execution = lab.execution_of(outcome.job_id)
    assert (execution["status"], execution["error"]) == ("FAILED", "ValidationFailed")
    assert "❌" in lab.mail_of(outcome.job_id).subject


def test_what_the_validator_rejects_is_logged_as_a_rejection(lab: LabUnderTest) -> None:
    """Item 5."""
    upload = lab.upload("test.txt", "no table at all")

    outcome = lab.outcome_of(upload)

    logged = lab.log_event(
        "csv-validator", "file_rejected", upload.uploaded_at, job_id=outcome.job_id
    )
    assert logged["reason"] == "not_csv"


def test_folder_markers_are_no_uploads(lab: LabUnderTest) -> None:
    """Item 5: a folder made in the console starts no job."""
    marker = lab.upload("a folder/", b"")

    # A real file that arrives later and is done proves that the marker had its chance.
    later = lab.upload("sales.csv", ONE_SALE)
    lab.outcome_of(later)

    assert lab.outcomes(marker.key) == []
    assert lab.keys_under(marker.key) == [marker.key]
    assert not [
        line for line in lab.log_lines("csv-validator", marker.uploaded_at) if marker.key in line
    ]


REJECTED_ROWS: list[tuple[str, str]] = [
    ("A,B,C,NaN,1.00,2024-01-15", "bad_quantity"),
    ("A,B,C,-1,1.00,2024-01-15", "bad_quantity"),
    ("A,B,C,0,1.00,2024-01-15", "bad_quantity"),
    ("A,B,C,1_000,1.00,2024-01-15", "bad_quantity"),
    ("A,B,C,๕,1.00,2024-01-15", "bad_quantity"),
    ('A,B,C,1,"1,200.00",2024-01-15', "bad_price"),
    ("A,B,C,1,-5.00,2024-01-15", "bad_price"),
    ("A,B,C,1,1e3,2024-01-15", "bad_price"),
    ("A,B,C,1,Infinity,2024-01-15", "bad_price"),
    ("A,B,C,1,1.00,15/01/2024", "bad_date"),
    ("A,B,C,1,1.00,2024-02-30", "bad_date"),
    ("A,B,C,1,1.00", "ragged_row"),
    ("A,B,C,1,1.00,2024-01-15,more", "ragged_row"),
    (",B,C,1,1.00,2024-01-15", "missing_value"),
    ("A,  ,C,1,1.00,2024-01-15", "missing_value"),
    ("A,B," + "C" * 1001 + ",1,1.00,2024-01-15", "field_too_long"),
]


def test_odd_rows_are_rejected_by_number_and_reason_and_the_rest_counts(lab: LabUnderTest) -> None:
    """Item 33: valid + rejected = total, and the mean is over the valid rows."""
    rows = [row for row, _ in REJECTED_ROWS]
    body = SAMPLE_SALES.decode().rstrip("\n") + "\n" + "\n".join(rows) + "\n"

    outcome = lab.outcome_of(lab.upload("some_bad_rows.csv", body))

    assert outcome.kind == "processed"
    summary: dict[str, Any] = outcome.body["summary"]
    assert summary["valid_rows"] == 5
    assert summary["rejected_rows"] == len(REJECTED_ROWS)
    assert summary["total_rows"] == 5 + len(REJECTED_ROWS)
    assert summary["total_revenue"] == SAMPLE_SUMMARY["total_revenue"]
    assert summary["average_order_value"] == SAMPLE_SUMMARY["average_order_value"]
    assert [(entry["row"], entry["reason"]) for entry in outcome.body["rejected"]] == [
        (number, reason) for number, (_, reason) in enumerate(REJECTED_ROWS, start=6)
    ]


def test_an_upload_deleted_before_it_is_read_says_so(lab: LabUnderTest) -> None:
    """A job whose file is gone still reaches an outcome."""
    upload = lab.upload("gone.csv", ONE_SALE)
    processed = lab.outcome_of(upload)
    lab.client("s3").delete_object(Bucket=lab.settings.raw_bucket, Key=upload.key)
    job = json.loads(lab.execution_of(processed.job_id)["input"])
    job["job_id"] = f"job-20240115T000000-{upload.etag[:16]}"

    execution = lab.start_by_hand(job)

    assert execution["status"] == "FAILED"
    assert "upload_missing" in lab.history_text(execution["executionArn"])
    assert "❌" in lab.mail_of(job["job_id"]).subject


def test_no_cell_of_a_file_without_a_header_gets_into_logs_or_history(lab: LabUnderTest) -> None:
    """The first row of such a file is taken for its header, and holds a customer's name."""
    row = f"{CUSTOMER},Widget A,5,250.00,2024-01-15"
    upload = lab.upload("no_header.csv", f"ORD001,{row}\nORD002,{row}\n")

    outcome = lab.outcome_of(upload)

    assert outcome.reason == "missing_columns"
    assert CUSTOMER not in json.dumps(outcome.body)
    assert CUSTOMER not in json.dumps(lab.history_of(outcome.job_id), default=str)
    assert CUSTOMER not in lab.mail_of(outcome.job_id).text
    for function in lab.settings.functions:
        assert CUSTOMER not in "\n".join(lab.log_lines(function, upload.uploaded_at))
