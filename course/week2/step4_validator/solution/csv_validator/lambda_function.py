"""csv-validator, week 2: looks at each uploaded file and sends one message about it."""

import csv
import hashlib
import io
import json
import logging
import os
from typing import Any
from urllib.parse import unquote_plus

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

QUEUE_URL = os.environ["QUEUE_URL"]
PROCESSED_BUCKET = os.environ["PROCESSED_BUCKET"]

s3 = boto3.client("s3")
sqs = boto3.client("sqs")


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Look at every file of an S3 event.

    An error that may pass by itself is raised: Lambda then tries the event again. A file that is
    wrong is a message too, so that whoever comes next can tell its sender.
    """
    return {"results": [inspect(record) for record in event["Records"]]}


def inspect(record: dict[str, Any]) -> dict[str, Any]:
    """Read one file and queue its job."""
    upload = record["s3"]
    bucket = upload["bucket"]["name"]
    key = unquote_plus(upload["object"]["key"])  # S3 encodes keys in its events
    report("file_received", key)
    job = {
        "job_id": job_id(upload),
        "source_bucket": bucket,
        "source_key": key,
        "destination_bucket": PROCESSED_BUCKET,
        "file_size_bytes": upload["object"]["size"],
        **look_into(bucket, key),
        "submitted_at": record["eventTime"],
    }
    sent = sqs.send_message(
        QueueUrl=QUEUE_URL,
        MessageBody=json.dumps(job, ensure_ascii=False),
        MessageAttributes={"job_type": {"DataType": "String", "StringValue": "csv_processing"}},
    )
    return report("message_queued", key, job_id=job["job_id"], message_id=sent["MessageId"])


def look_into(bucket: str, key: str) -> dict[str, Any]:
    """Return what the file is: its number of rows, or why it is rejected."""
    if not key.lower().endswith(".csv"):
        return rejection(key, "not_csv", "Not a CSV file")
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    try:
        text = body.decode("utf-8-sig")  # with or without a byte order mark
    except UnicodeDecodeError:
        return rejection(key, "undecodable", "Not UTF-8")
    rows = sum(1 for _ in csv.DictReader(io.StringIO(text)))
    if rows == 0:
        return rejection(key, "no_data_rows", "No data rows")
    report("file_validated", key, status="valid", total_rows=rows, file_size_bytes=len(body))
    return {"row_count": rows}


def rejection(key: str, reason: str, message: str) -> dict[str, Any]:
    """Why a file can't be processed, for its message."""
    report("file_rejected", key, status="rejected", reason=message)
    return {"rejection": {"reason": reason, "message": message}}


def job_id(upload: dict[str, Any]) -> str:
    """Return the name of an upload's job: the same, however often S3 tells of this upload."""
    item = upload["object"]
    facts = (upload["bucket"]["name"], item["key"], item.get("eTag"), item.get("sequencer"))
    return "job-" + hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def report(event: str, key: str, **said: Any) -> dict[str, Any]:
    """Log one line of JSON, and return it."""
    line = {"event": event, "file": key, **said}
    logger.info(json.dumps(line, ensure_ascii=False))
    return line
