"""parse-csv, validate-schema and transform-data, one after the other as the states run them."""

import itertools
import json
from typing import Any
from unittest.mock import patch

import pytest

from pipeline.csv_reading import MAX_COLUMN_NAME_CHARACTERS, MAX_COLUMNS
from pipeline.errors import MalformedJobError, TransientServiceError
from pipeline.schema import REQUIRED_COLUMNS
from tests.integration.sales_files import BAD_SCHEMA, HEADER, SAMPLE_SALES, SAMPLE_SUMMARY
from tests.unit.lambdas.fakes import client_error
from tests.unit.lambdas.pipeline_under_test import Pipeline
from transform_data import result_writer, sales_report

HEADER_LINE = f"{HEADER}\n"
ROW = "O{0},name{0},Widget {0},1,1.00,2024-01-15\n"


def result_of(pipeline: Pipeline, state: dict[str, Any]) -> dict[str, Any]:
    stored = pipeline.s3.objects["processed", state["output_key"]]
    assert stored.content_type.startswith("application/json")
    document: dict[str, Any] = json.loads(stored.body)
    return document


def test_the_samples_are_the_workshops_own() -> None:
    assert len(SAMPLE_SALES) == 408
    assert len(BAD_SCHEMA) == 45


def test_28_the_samples_result_has_the_known_figures(pipeline: Pipeline) -> None:
    state = pipeline.process(SAMPLE_SALES, "uploads/sample_sales.csv")
    result = result_of(pipeline, state)
    assert result["job_id"] == state["job_id"]
    assert result["source_file"] == "uploads/sample_sales.csv"
    assert result["summary"] == SAMPLE_SUMMARY
    assert result["rejected"] == []
    assert [row["revenue"] for row in result["data"]] == [1250, 900, 2500, 1200, 1350]
    assert result["data"][0]["customer_name"] == "สมชาย ใจดี"
    assert state["total_revenue"] == 7200.0
    assert state["output_key"].startswith("processed/2024/01/20/sample_sales-")


def test_28_money_is_written_with_two_places(pipeline: Pipeline) -> None:
    state = pipeline.process(SAMPLE_SALES)
    text = pipeline.s3.objects["processed", state["output_key"]].body.decode()
    assert '"total_revenue": 7200.00' in text
    assert '"average_order_value": 1440.00' in text


def test_28_a_total_beyond_a_binary_fraction_is_exact_in_result_and_state(
    pipeline: Pipeline,
) -> None:
    body = HEADER_LINE + "1,A,Gold,999999999,999999999.9999,2024-01-15\n"
    state = pipeline.process(f"{body}2,A,Gold,1,0.01,2024-01-15\n".encode())
    result = pipeline.s3.objects["processed", state["output_key"]].body.decode()
    assert '"total_revenue": 999999998999900000.01' in result
    assert state["total_revenue_text"] == "999999998999900000.01"
    [mail] = pipeline.sns.published
    assert "Revenue: 999,999,998,999,900,000.01 " in mail["Message"]


@pytest.mark.parametrize("codec", ["utf-8-sig", "cp874", "utf-16"])
def test_8_other_encodings_give_the_same_totals(pipeline: Pipeline, codec: str) -> None:
    state = pipeline.process(SAMPLE_SALES.decode().encode(codec))
    assert result_of(pipeline, state)["summary"]["total_revenue"] == 7200.00
    assert result_of(pipeline, state)["data"][0]["customer_name"] == "สมชาย ใจดี"


def test_33_valid_and_rejected_rows_add_up_and_the_rejected_are_named(pipeline: Pipeline) -> None:
    body = (
        HEADER_LINE
        + ROW.format(1)
        + "O2,n,p,NaN,1.00,2024-01-15\n"
        + 'O3,n,p,1,"1,200.00",2024-01-15\n'
        + "O4,n,p,-1,1.00,2024-01-15\n"
        + "O5,n,p,1,1.00\n"
        + ",n,p,1,1.00,2024-01-15\n"
        + "O7,n,p,1,1.00,2024-02-30\n"
        + f"O8,{'x' * 1001},p,1,1.00,2024-01-15\n"
        + "O9,n,p,1,2.00,2024-01-15\n"
    )
    state = pipeline.process(body.encode())
    result = result_of(pipeline, state)
    assert [(entry["row"], entry["reason"]) for entry in result["rejected"]] == [
        (2, "bad_quantity"),
        (3, "bad_price"),
        (4, "bad_quantity"),
        (5, "ragged_row"),
        (6, "missing_value"),
        (7, "bad_date"),
        (8, "field_too_long"),
    ]
    assert all(entry["message"] for entry in result["rejected"])
    summary = result["summary"]
    assert (summary["total_rows"], summary["valid_rows"], summary["rejected_rows"]) == (9, 2, 7)
    assert summary["average_order_value"] == 1.50
    assert [row["order_id"] for row in result["data"]] == ["O1", "O9"]


def test_33_a_file_without_one_valid_row_is_a_failure_and_leaves_no_result(
    pipeline: Pipeline,
) -> None:
    state = pipeline.process((HEADER_LINE + "O1,n,p,x,1.00,2024-01-15\n" * 3).encode())
    assert state["transform_status"] == "rejected"
    assert state["failure_reason"] == "no_valid_rows"
    assert state["rejection"]["details"]["total_rows"] == 3
    assert state["rejection"]["details"]["first_rows"][0] == {"row": 1, "reason": "bad_quantity"}
    assert pipeline.s3.keys("processed") == []


def test_29_the_five_missing_columns_are_named(pipeline: Pipeline) -> None:
    state = pipeline.process(BAD_SCHEMA, "uploads/bad_schema.csv")
    assert state["schema_valid"] is False
    assert state["missing_columns"] == ["order_id", "customer_name", "quantity", "price", "date"]
    assert state["extra_column_count"] == 3
    assert state["failure_reason"] == "missing_columns"
    for column in state["missing_columns"]:
        assert column in state["failure_message"]


def test_11_a_file_without_order_id_is_rejected_by_name(pipeline: Pipeline) -> None:
    state = pipeline.process(SAMPLE_SALES.replace(b"order_id", b"id"))
    assert state["missing_columns"] == ["order_id"]
    assert "order_id" in pipeline.sns.published[0]["Message"]


def test_27_every_state_is_small_and_holds_no_customer(pipeline: Pipeline) -> None:
    rows = "".join(ROW.format(number) for number in range(5_000))
    state = pipeline.upload((HEADER_LINE.strip() + ",สมศรี\n" + rows.replace("\n", ",x\n")).encode())
    for package in ("parse_csv", "validate_schema", "transform_data"):
        state = pipeline.run(package, state)
        text = json.dumps(state, ensure_ascii=False)
        assert len(text.encode()) < 32_000
        assert "name1" not in text
        assert "สมศรี" not in text
    assert state["total_rows"] == 5_000


def test_extra_columns_reach_the_result_but_a_nameless_one_does_not(pipeline: Pipeline) -> None:
    body = "order_id,customer_name,product,quantity,price,date,100% note,,revenue\n"
    body += 'O1,n,p,2,1.00,2024-01-15,"=HYPERLINK(""x"")",lost,99\n'
    state = pipeline.process(body.encode())
    (row,) = result_of(pipeline, state)["data"]
    assert row["100% note"] == '=HYPERLINK("x")'
    assert '"revenue": 2.00' in pipeline.s3.objects["processed", state["output_key"]].body.decode()
    assert list(row) == [*REQUIRED_COLUMNS, "100% note", "revenue"]


def test_the_workshops_hand_made_input_runs_and_pins_the_version_it_read(
    pipeline: Pipeline,
) -> None:
    etag = pipeline.s3.put("raw", "uploads/sample_sales.csv", SAMPLE_SALES)
    state: dict[str, Any] = {
        "job_id": "test-job-001",
        "source_bucket": "raw",
        "source_key": "uploads/sample_sales.csv",
        "destination_bucket": "processed",
        "submitted_at": "2024-01-15T10:00:00",
    }
    state = pipeline.run("parse_csv", state)
    assert state["etag"] == etag
    state = pipeline.run("transform_data", pipeline.run("validate_schema", state))
    assert state["total_revenue"] == 7200.0


def test_a_file_replaced_between_two_states_is_superseded(pipeline: Pipeline) -> None:
    state = pipeline.run("parse_csv", pipeline.upload(SAMPLE_SALES))
    pipeline.s3.put("raw", "uploads/sales.csv", SAMPLE_SALES * 2)
    assert pipeline.run("parse_csv", state)["rejection"]["reason"] == "superseded"
    state = pipeline.run("transform_data", state)
    assert state["transform_status"] == "rejected"
    assert state["rejection"]["reason"] == "superseded"


def test_parse_csv_refuses_a_hand_made_job_over_the_limit(pipeline: Pipeline) -> None:
    pipeline.s3.put("raw", "uploads/huge.csv", b"x" * 1_000_001)
    state = pipeline.run(
        "parse_csv",
        {
            "job_id": "test-job-001",
            "source_bucket": "raw",
            "source_key": "uploads/huge.csv",
            "destination_bucket": "processed",
            "submitted_at": "2024-01-15T10:00:00",
        },
    )
    assert state["parse_status"] == "rejected"
    assert state["rejection"]["reason"] == "too_large"
    assert pipeline.run("validate_schema", state)["schema_valid"] is False


def test_parse_csv_refuses_a_file_of_another_kind_whose_event_never_reached_csv_validator(
    pipeline: Pipeline,
) -> None:
    state = pipeline.upload(SAMPLE_SALES, "uploads/sales.txt")
    del state["rejection"]
    assert pipeline.run("parse_csv", state)["rejection"]["reason"] == "not_csv"


def test_validate_schema_without_parsed_columns_fails_loudly(pipeline: Pipeline) -> None:
    with pytest.raises(MalformedJobError):
        pipeline.run("validate_schema", {"job_id": "test-job-001"})


def test_transform_data_without_a_parsed_format_fails_loudly(pipeline: Pipeline) -> None:
    with pytest.raises(MalformedJobError):
        pipeline.run("transform_data", pipeline.upload(SAMPLE_SALES))


def test_35_a_rerun_writes_the_same_key(pipeline: Pipeline) -> None:
    state = pipeline.run("parse_csv", pipeline.upload(SAMPLE_SALES))
    keys = {pipeline.run("transform_data", state)["output_key"] for _ in range(2)}
    assert keys == set(pipeline.s3.keys("processed"))
    assert len(keys) == 1


def test_beyond_the_listed_products_and_rejections_the_figures_stay_exact(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sales_report, "MAX_PRODUCTS", 2)
    monkeypatch.setattr(sales_report, "MAX_REJECTED_ENTRIES", 2)
    rows = "".join(ROW.format(number) for number in range(5)) + "short,row\n" * 4
    result = result_of(pipeline, pipeline.process((HEADER_LINE + rows).encode()))
    summary = result["summary"]
    assert list(summary["product_breakdown"]) == ["Widget 0", "Widget 1"]
    assert summary["other_products"] == {"quantity": 3, "revenue": 3.00, "orders": 3}
    assert summary["total_revenue"] == 5.00
    assert summary["rejected_rows"] == 4
    assert [entry["row"] for entry in result["rejected"]] == [6, 7]


def test_a_result_that_grows_too_long_lists_its_first_rows_and_has_all_figures(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sales_report, "_CHUNK_CHARACTERS", 100)
    monkeypatch.setattr(sales_report, "MAX_DATA_BYTES", 250)
    rows = "".join(ROW.format(number) for number in range(9))
    state = pipeline.process((HEADER_LINE + rows + "short,row\n").encode())
    result = result_of(pipeline, state)
    summary = result["summary"]
    assert [row["order_id"] for row in result["data"]] == ["O0", "O1"]
    assert (summary["valid_rows"], summary["rejected_rows"], summary["omitted_rows"]) == (9, 1, 7)
    assert summary["total_revenue"] == 9.00
    assert len(summary["product_breakdown"]) == 9
    assert state["omitted_rows"] == 7
    [mail] = pipeline.sns.published
    assert "its data lacks 7" in mail["Message"]


def test_a_header_of_the_largest_size_cannot_make_gigabytes_of_a_small_file() -> None:
    """The largest result: rows as short as they may be under names as long as they may be."""
    header = HEADER.split(",")
    header += [
        f"{number:03d}{'ก' * (MAX_COLUMN_NAME_CHARACTERS - 3)}"
        for number in range(MAX_COLUMNS - len(header))
    ]
    record = ["1", "1", "1", "1", "1", "2024-01-15", *[""] * (MAX_COLUMNS - 6)]
    report = sales_report.SalesReport()
    with patch.object(sales_report, "MAX_DATA_BYTES", 1_000_000):
        written = sum(map(len, report.rows_as_json(header, itertools.repeat(record, 100))))
    longest_chunk = 3 * sales_report._CHUNK_CHARACTERS + 100_000
    assert written < 1_000_000 + longest_chunk
    assert report.valid_rows == 100
    assert report.omitted_rows > 0


LARGE_ROWS = 1_200


def large_file() -> bytes:
    """Few rows, wide enough for three parts of the result."""
    notes = "".join(f",note{number}" for number in range(9))
    wide = (",y" + "x" * 998) * 9
    return (
        HEADER_LINE.replace("\n", notes + "\n")
        + "".join(f"O{n},name,p,1,1.00,2024-01-15{wide}\n" for n in range(LARGE_ROWS))
    ).encode()


@pytest.fixture
def large_state(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(result_writer, "PART_BYTES", 5 * 1024 * 1024)
    etag = pipeline.s3.put("raw", "uploads/large.csv", large_file())
    return {
        "job_id": "test-job-001",
        "source_bucket": "raw",
        "source_key": "uploads/large.csv",
        "destination_bucket": "processed",
        "submitted_at": "2024-01-15T10:00:00",
        "etag": etag,
        "encoding": "utf-8",
        "delimiter": ",",
    }


def test_27_a_large_result_is_uploaded_in_parts_and_reads_as_one(
    pipeline: Pipeline, large_state: dict[str, Any]
) -> None:
    result = result_of(pipeline, pipeline.run("transform_data", large_state))
    assert pipeline.s3.calls.count("upload_part") == 3
    assert "put_object" not in pipeline.s3.calls
    assert result["summary"]["total_rows"] == LARGE_ROWS
    assert [row["order_id"] for row in result["data"]] == [f"O{n}" for n in range(LARGE_ROWS)]


@pytest.mark.parametrize("operation", ["upload_part", "complete_multipart_upload"])
def test_a_large_result_that_fails_leaves_no_parts_and_runs_again(
    pipeline: Pipeline, large_state: dict[str, Any], operation: str
) -> None:
    pipeline.s3.faults.add(operation, client_error("SlowDown", "UploadPart", 503))
    with pytest.raises(TransientServiceError):
        pipeline.run("transform_data", large_state)
    assert pipeline.s3.multiparts == {}
    assert pipeline.s3.keys("processed") == []
    assert pipeline.run("transform_data", large_state)["total_rows"] == LARGE_ROWS


def test_a_failing_clean_up_does_not_hide_why_the_write_failed(
    pipeline: Pipeline, large_state: dict[str, Any]
) -> None:
    pipeline.s3.faults.add("upload_part", client_error("NoSuchBucket", "UploadPart", 404))
    denied = client_error("AccessDenied", "AbortMultipartUpload", 403)
    pipeline.s3.faults.add("abort_multipart_upload", denied)
    with pytest.raises(Exception, match="NoSuchBucket"):
        pipeline.run("transform_data", large_state)


@pytest.mark.parametrize("size", [0, 1, 4, 5, 6, 10, 11, 17])
def test_the_writer_joins_head_and_body_whatever_their_size(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(result_writer, "PART_BYTES", 5 * 1024 * 1024)
    unit = b"x" * (1024 * 1024)
    writer = result_writer.ResultWriter(pipeline.s3, "processed", "k")  # type: ignore[arg-type]
    for _ in range(size):
        writer.write(unit)
    writer.finish(b"head")
    assert pipeline.s3.objects["processed", "k"].body == b"head" + unit * size
