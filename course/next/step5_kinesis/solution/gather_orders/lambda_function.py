"""gather-orders: makes a sales file of the orders that came through a stream."""

import base64
import csv
import hashlib
import io
import json
import logging
import os
from typing import Any

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

s3 = boto3.client("s3")
BUCKET = os.environ["BUCKET_NAME"]

COLUMNS = ("order_id", "customer_name", "product", "quantity", "price", "date")


def lambda_handler(event: dict[str, Any], _context: object) -> None:
    """Write one file of one batch: the same batch again writes the same file."""
    numbers = [each["kinesis"]["sequenceNumber"] for each in event["Records"]]
    orders = [order for order in map(read, event["Records"]) if order is not None]
    # Of the batch alone, never of the clock: Lambda hands on a batch again that has failed.
    batch = hashlib.sha256(f"{numbers[0]}-{numbers[-1]}".encode()).hexdigest()[:16]
    key = f"uploads/orders-{batch}.csv"
    if orders:
        s3.put_object(Bucket=BUCKET, Key=key, Body=sales_file(orders), ContentType="text/csv")
    skipped = len(numbers) - len(orders)
    told = {"event": "orders_gathered", "key": key, "orders": len(orders), "skipped": skipped}
    logger.info(json.dumps(told))


def read(record: dict[str, Any]) -> dict[str, Any] | None:
    """Return the order in a record; None for what is none, which no retry makes better."""
    try:
        order = json.loads(base64.b64decode(record["kinesis"]["data"]))
    except ValueError:
        return None
    return order if isinstance(order, dict) else None


def sales_file(orders: list[dict[str, Any]]) -> bytes:
    """Return the orders as a sales file; the pipeline judges each row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(orders)
    return text.getvalue().encode()
