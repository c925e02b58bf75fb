"""csv-validator, week 1: looks at each uploaded file and logs whether it can be a sales file."""

import csv
import io
import json
import logging
from typing import Any
from urllib.parse import unquote_plus

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

s3 = boto3.client("s3")


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Look at every file of an S3 event.

    An error that may pass by itself (S3 is busy, a permission is missing) is raised: Lambda then
    tries the event again. Only what is wrong with the file itself is an answer.
    """
    return {"results": [inspect(record["s3"]) for record in event["Records"]]}


def inspect(upload: dict[str, Any]) -> dict[str, Any]:
    """Read one file and log what it is."""
    bucket = upload["bucket"]["name"]
    key = unquote_plus(upload["object"]["key"])  # S3 encodes keys in its events
    report("file_received", key)  # first of all: whatever happens next, the log names the file
    if not key.lower().endswith(".csv"):
        return report("file_rejected", key, status="rejected", reason="Not a CSV file")

    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    try:
        text = body.decode("utf-8-sig")  # with or without a byte order mark
    except UnicodeDecodeError:
        return report("file_rejected", key, status="rejected", reason="Not UTF-8")

    reader = csv.DictReader(io.StringIO(text))
    rows = sum(1 for _ in reader)
    if rows == 0:
        return report("file_rejected", key, status="rejected", reason="No data rows")
    return report(
        "file_validated",
        key,
        status="valid",
        total_rows=rows,
        headers=reader.fieldnames,
        file_size_bytes=len(body),
    )


def report(event: str, key: str, **said: Any) -> dict[str, Any]:
    """Log one line of JSON, and return it."""
    line = {"event": event, "file": key, **said}
    logger.info(json.dumps(line, ensure_ascii=False))
    return line
