"""csv-processor, week 2: reads the file of each message and writes what it adds up to."""

import csv
import hashlib
import io
import json
import logging
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

s3 = boto3.client("s3")


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Work on each message of a batch by itself.

    A message that fails is named in the answer: it alone comes again, its neighbours are done.
    """
    failures = []
    for record in event["Records"]:
        try:
            process(json.loads(record["body"]))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this message's alone
            report("processing_failed", message_id=record["messageId"], error=str(error))
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def process(job: dict[str, Any]) -> None:
    """Read one file and write its result."""
    key = job["source_key"]
    if "rejection" in job:
        report("file_rejected", file=key, status="rejected", reason=job["rejection"]["reason"])
        return
    try:
        body = s3.get_object(Bucket=job["source_bucket"], Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:  # deleted meanwhile: no later try will find it
        report("upload_missing", file=key)
        return
    total_rows, total_revenue = add_up(body.decode("utf-8-sig"))
    result = {
        "job_id": job["job_id"],
        "source_file": key,
        "total_rows": total_rows,
        "total_revenue": float(total_revenue),
    }
    output_key = key_of(job)
    s3.put_object(
        Bucket=job["destination_bucket"],
        Key=output_key,
        Body=json.dumps(result, ensure_ascii=False, indent=2).encode(),
        ContentType="application/json",
    )
    report("processing_complete", file=key, job_id=job["job_id"], output_key=output_key)


def add_up(text: str) -> tuple[int, Decimal]:
    """How many orders a sales file has, and what they come to."""
    rows = 0
    revenue = Decimal()
    for row in csv.DictReader(io.StringIO(text)):
        rows += 1
        revenue += Decimal(row["quantity"]) * Decimal(row["price"])
    return rows, revenue


def key_of(job: dict[str, Any]) -> str:
    """Where a job's result is: the same place whenever it runs, and no other job's."""
    day = job["submitted_at"][:10].replace("-", "/")
    stem = PurePosixPath(job["source_key"]).stem
    digest = hashlib.sha256(job["job_id"].encode()).hexdigest()[:8]
    return f"processed/{day}/{stem}-{digest}_summary.json"


def report(event: str, **said: Any) -> None:
    """Log one line of JSON."""
    logger.info(json.dumps({"event": event, **said}, ensure_ascii=False))
