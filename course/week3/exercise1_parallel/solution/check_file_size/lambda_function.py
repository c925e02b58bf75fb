"""check-file-size, exercise 3.e1: how many bytes has the file?"""

from typing import Any

import boto3

s3 = boto3.client("s3")


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Ask S3 for the size; the file itself is not read."""
    head = s3.head_object(Bucket=event["source_bucket"], Key=event["source_key"])
    return {"size_bytes": head["ContentLength"]}
