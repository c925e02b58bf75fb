"""list-products, exercise 3.e3: which products are in the file?"""

import csv
import io
from typing import Any

import boto3

MOST = 40
"""Names travel in the state, which is small."""

s3 = boto3.client("s3")


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the names, each once."""
    body = s3.get_object(Bucket=event["source_bucket"], Key=event["source_key"])["Body"].read()
    rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
    names = sorted({row["product"] for row in rows})
    if len(names) > MOST:
        raise ValueError(f"{len(names)} products: a Distributed Map would suit better")
    return {"names": names}
