"""Outcomes are read each once, and one that goes meanwhile is none."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber

from lab.promise import evidence
from lab.promise.evidence import OutcomeReader
from lab.running import LabRecord, RunningLab

KEYS = ["processed/2026/11/24/a_result.json", "processed/2026/11/24/gone_result.json"]
NOON = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
RESULT = json.dumps({"job_id": "job-a", "source_file": "uploads/a.csv"}).encode()


@pytest.fixture
def s3() -> Iterator[tuple[Any, Stubber]]:
    """A client whose answers are written beforehand, and their writer."""
    client = boto3.client(
        "s3", region_name="ap-southeast-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    with Stubber(client) as stubber:
        yield client, stubber
        stubber.assert_no_pending_responses()


def reader_of(client: Any) -> OutcomeReader:
    return OutcomeReader(RunningLab(LabRecord(4566), clients={"s3": client}))


def list_both_buckets(stubber: Stubber, keys: list[str]) -> None:
    contents = [{"Key": key, "ETag": f'"{key}"', "LastModified": NOON} for key in keys]
    stubber.add_response("list_objects_v2", {})
    stubber.add_response("list_objects_v2", {"Contents": contents})


def test_a_result_that_goes_while_it_is_read_is_no_outcome(s3: tuple[Any, Stubber]) -> None:
    client, stubber = s3
    reader = reader_of(client)

    list_both_buckets(stubber, KEYS[1:])
    stubber.add_client_error("get_object", "NoSuchKey")
    assert reader.outcomes() == []

    list_both_buckets(stubber, KEYS[:1])
    body = StreamingBody(io.BytesIO(RESULT), len(RESULT))
    stubber.add_response("get_object", {"Body": body, "ContentLength": len(RESULT)})
    [outcome] = reader.outcomes()
    assert outcome.job_id == "job-a"

    list_both_buckets(stubber, KEYS[:1])
    assert reader.outcomes() == [outcome]  # and is not read again


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[]", b"{}", b"3", b'{"job_id": "a"}', b"no json", b"\xff\xfe", b'{"source_file"'),
        b"[" * 100_000,
    ],
    ids=lambda body: repr(body[:20]),
)
def test_a_file_of_somebody_s_own_among_the_results_is_no_outcome(
    s3: tuple[Any, Stubber], body: bytes
) -> None:
    client, stubber = s3
    list_both_buckets(stubber, KEYS[:1])
    answer = {"Body": StreamingBody(io.BytesIO(body), len(body)), "ContentLength": len(body)}
    stubber.add_response("get_object", answer)
    reader = reader_of(client)
    assert reader.outcomes() == []

    list_both_buckets(stubber, KEYS[:1])
    assert reader.outcomes() == []  # and is not read again


def test_of_a_long_result_is_read_until_all_its_figures_are_there(
    s3: tuple[Any, Stubber], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing limits the number of products, so the figures may be as long as they like."""
    products = {f"product {number:0100}": {"orders": 1} for number in range(40)}
    figures = {"job_id": "job-a", "source_file": "uploads/a.csv", "product_breakdown": products}
    whole = json.dumps({**figures, "data": ["x" * 100] * 200}).encode()
    client, stubber = s3
    list_both_buckets(stubber, KEYS[:1])
    monkeypatch.setattr(evidence, "_HEAD_BYTES", 2_000)
    for length in (2_000, 8_000):
        part = whole[:length]
        stubber.add_response(
            "get_object",
            {"Body": StreamingBody(io.BytesIO(part), len(part)), "ContentLength": len(part)},
            {"Bucket": ANY, "Key": KEYS[0], "Range": f"bytes=0-{length - 1}"},
        )
    [outcome] = reader_of(client).outcomes()
    assert outcome.body == figures


def test_an_empty_file_among_the_results_is_no_outcome(s3: tuple[Any, Stubber]) -> None:
    client, stubber = s3
    list_both_buckets(stubber, KEYS[:1])
    stubber.add_client_error("get_object", "InvalidRange")
    assert reader_of(client).outcomes() == []


def test_what_was_written_earlier_is_not_even_read(s3: tuple[Any, Stubber]) -> None:
    client, stubber = s3
    list_both_buckets(stubber, KEYS)
    assert reader_of(client).outcomes(NOON + timedelta(seconds=1)) == []
