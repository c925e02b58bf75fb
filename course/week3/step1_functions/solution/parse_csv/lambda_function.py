"""parse-csv: finds out what a file's columns are and how many rows it has."""

import csv
import io
import json
import logging
from typing import Any

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

s3 = boto3.client("s3")


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Add what was found to the state; the rows stay in S3, because a state holds 256 KiB."""
    body = s3.get_object(Bucket=event["source_bucket"], Key=event["source_key"])["Body"].read()
    reader = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
    row_count = sum(1 for _ in reader)
    found = {"headers": list(reader.fieldnames or ()), "row_count": row_count}
    logger.info(json.dumps({"event": "csv_parsed", "job_id": event["job_id"], "rows": row_count}))
    return {**event, **found, "parse_status": "success"}
