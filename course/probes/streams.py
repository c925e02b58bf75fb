"""Kinesis: a stream of orders, and the files that are made of it."""

import base64
import csv
import io
import json
import secrets
from typing import Any, Final

from course.case import Case
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.probes import probes
from course.probes.buckets import list_keys
from course.probes.event_sources import LOOK_AT, event_sources, is_on
from course.probes.functions import configuration, invoke, last_words
from course.sales import read_sales, sales_file
from course.sales_results import in_words, results
from provision.target import unless_missing

ARRIVES_WITHIN_SECONDS: Final = 60.0
_ORDERS: Final = 3


@probes
def stream_exists(case: Case, *, stream: str) -> Finding:
    """There is a stream of this name, and it takes records."""
    client = case.client("kinesis")
    found = unless_missing(
        lambda: client.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"],
        "ResourceNotFoundException",
    )
    if found and found["StreamStatus"] == "ACTIVE":
        return passed()
    return failed(
        Text.same(f"{stream}: ACTIVE"),
        Text.same(f"{stream}: {found['StreamStatus']}") if found else NOTHING,
        "aws kinesis list-streams",
    )


@probes
def stream_is_read(case: Case, *, function: str, stream: str, queue: str) -> Finding:
    """A function reads a stream from its oldest record; what fails for good goes to a queue."""
    if configuration(case, function) is None:
        return missing(function)
    found = [
        each
        for each in event_sources(case, function)
        if each["EventSourceArn"].endswith(f":stream/{stream}") and is_on(each)
    ]
    case.seen["source"] = found[0] if found else {}
    source = case.seen["source"]
    target = source.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", "")
    shown = (
        f"{source.get('StartingPosition')}, retries {source.get('MaximumRetryAttempts')}, "
        f"on failure {target.rpartition(':')[2] or '-'}"
    )
    is_bounded = source.get("MaximumRetryAttempts", -1) >= 0
    oldest = source.get("StartingPosition") == "TRIM_HORIZON"
    if found and oldest and is_bounded and target == case.sandbox.arn("sqs", queue):
        return passed()
    return failed(
        Text.same(f"{stream} → {function}: TRIM_HORIZON, retries >= 0, on failure {queue}"),
        Text.same(f"{stream} → {function}: {shown}") if found else NOTHING,
        LOOK_AT,
    )


@probes
def batch_makes_one_file(case: Case, *, function: str) -> Finding:
    """Given one batch of orders twice, a function writes one file that holds all of them."""
    return _file_of_batch(case, function, spoilt=b"")


@probes
def bad_record_is_left_out(case: Case, *, function: str) -> Finding:
    """Given a batch with a record that is no order, a function writes the others."""
    return _file_of_batch(case, function, spoilt=b"this is no order")


@probes
def orders_reach_result(case: Case, *, function: str, stream: str) -> Finding:
    """Orders that were put into a stream come out as results of the pipeline."""
    if configuration(case, function) is None:
        return missing(function)
    file = sales_file(case.sandbox.seed(secrets.token_hex(3)), _ORDERS)
    case.client("kinesis").put_records(
        StreamName=stream,
        Records=[
            {"Data": json.dumps(order).encode(), "PartitionKey": order["order_id"]}
            for order in _orders(file.body)
        ],
    )
    s3 = case.client("s3")

    def look() -> str | None:
        written = [
            each
            for each in results(s3, case.processed_bucket, "orders-")
            if each.adds_up_to(file.rows, file.revenue)
        ]
        return written[-1].key if written else None

    found = case.wait_until(look, within_seconds=ARRIVES_WITHIN_SECONDS)
    if found:
        return passed(Text.same(found))
    return failed(
        Text.same(in_words("processed/...", file.rows, file.revenue)), NOTHING, f"logs {function}"
    )


def _file_of_batch(case: Case, function: str, spoilt: bytes) -> Finding:
    if configuration(case, function) is None:
        return missing(function)
    file = sales_file(case.sandbox.seed(secrets.token_hex(3)), _ORDERS)
    data = [json.dumps(order).encode() for order in _orders(file.body)]
    event = _event(case, [*data, spoilt] if spoilt else data)
    before = set(list_keys(case, "uploads/", ""))
    for _ in range(2):
        answered = invoke(case, function, event)
        if "FunctionError" in answered:
            return failed(
                Text.same("uploads/...csv"), Text.same(last_words(answered)), f"logs {function}"
            )
    return _compared(case, function, file.rows, before)


def _compared(case: Case, function: str, rows: int, before: set[str]) -> Finding:
    """See that one file came, and that it holds all the orders; take away what came."""
    came = sorted(set(list_keys(case, "uploads/", "")) - before)
    s3 = case.client("s3")
    held = 0
    for key in came:
        body = s3.get_object(Bucket=case.raw_bucket, Key=key)["Body"].read()
        held += read_sales(body).rows
        s3.delete_object(Bucket=case.raw_bucket, Key=key)
    case.seen["files"], case.seen["rows"] = len(came), held
    if len(came) == 1 and held == rows:
        return passed(Text.same(came[0]))
    return failed(
        Text(th=f"หนึ่งไฟล์ใน uploads/ {rows} แถว", en=f"one file in uploads/, {rows} rows"),
        Text(
            th=f"{len(came)} ไฟล์ใน uploads/ {held} แถว",
            en=f"{len(came)} files in uploads/, {held} rows",
        ),
        f"logs {function}",
    )


def _orders(body: bytes) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(body.decode())))


def _event(case: Case, data: list[bytes]) -> dict[str, Any]:
    """Return an event of Kinesis (Lambda developer guide, "Using Lambda with Kinesis")."""
    first = secrets.randbits(60)
    return {
        "Records": [
            {
                "eventSource": "aws:kinesis",
                "eventVersion": "1.0",
                "eventName": "aws:kinesis:record",
                "eventID": f"shardId-000000000000:{first + number}",
                "awsRegion": case.sandbox.region,
                "kinesis": {
                    "kinesisSchemaVersion": "1.0",
                    "partitionKey": str(number),
                    "sequenceNumber": str(first + number),
                    "data": base64.b64encode(each).decode(),
                    "approximateArrivalTimestamp": case.began.timestamp(),
                },
            }
            for number, each in enumerate(data)
        ]
    }
