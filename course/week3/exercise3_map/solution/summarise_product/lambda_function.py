"""summarise-product, exercise 3.e3: what has one product earned?"""

import csv
import io
from decimal import Decimal
from typing import Any

import boto3

s3 = boto3.client("s3")


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Read the file and add up the rows of one product."""
    body = s3.get_object(Bucket=event["source_bucket"], Key=event["source_key"])["Body"].read()
    orders = 0
    revenue = Decimal()
    for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig"))):
        if row["product"] == event["product"]:
            orders += 1
            revenue += Decimal(row["quantity"]) * Decimal(row["price"])
    return {"product": event["product"], "orders": orders, "revenue": float(revenue)}
