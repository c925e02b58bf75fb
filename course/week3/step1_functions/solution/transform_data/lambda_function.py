"""transform-data: adds a file up, writes the result to S3, and hands on the figures."""

import csv
import hashlib
import io
import json
import logging
import re
from collections import defaultdict
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")

s3 = boto3.client("s3")


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Write the result and add its figures to the state; once more writes the same key."""
    body = s3.get_object(Bucket=event["source_bucket"], Key=event["source_key"])["Body"].read()
    rows, rejected = read_rows(body.decode("utf-8-sig"))
    total = sum((row["revenue"] for row in rows), Decimal())
    figures = {
        "total_rows": len(rows) + len(rejected),
        "valid_rows": len(rows),
        "rejected_rows": len(rejected),
        "total_revenue": float(total),
    }
    logger.info(json.dumps({"event": "transform_complete", "job_id": event["job_id"], **figures}))
    if not rows:
        rejection = {"reason": "no_valid_rows", "message": "No row has a usable quantity and price"}
        return {**event, **figures, "transform_status": "rejected", "rejection": rejection}
    result = {
        "job_id": event["job_id"],
        "source_file": event["source_key"],
        "summary": {
            **figures,
            "average_order_value": float(round(total / len(rows), 2)),
            "product_breakdown": by_product(rows),
        },
        "rejected": rejected,
        "data": [{**row, "revenue": float(row["revenue"])} for row in rows],
    }
    output_key = key_of(event)
    s3.put_object(
        Bucket=event["destination_bucket"],
        Key=output_key,
        Body=json.dumps(result, ensure_ascii=False, indent=2).encode(),
        ContentType="application/json",
    )
    return {**event, **figures, "transform_status": "success", "output_key": output_key}


def read_rows(text: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows that can be added up, with their revenue, and the numbers of the others."""
    rows, rejected = [], []
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=1):
        # Decimal alone would take "nan", "1_000", "-3" and Thai digits for numbers.
        wrong = [name for name in ("quantity", "price") if not NUMBER.fullmatch(row[name] or "")]
        if wrong:
            rejected.append({"row": number, "reason": f"bad_{wrong[0]}"})
        else:
            revenue = Decimal(row["quantity"]) * Decimal(row["price"])
            rows.append({**row, "revenue": revenue})
    return rows, rejected


def by_product(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Orders and revenue of each product."""
    products: dict[str, list[Decimal]] = defaultdict(list)
    for row in rows:
        products[row["product"]].append(row["revenue"])
    return {
        name: {"orders": len(revenues), "revenue": float(sum(revenues))}
        for name, revenues in products.items()
    }


def key_of(job: dict[str, Any]) -> str:
    """Where a job's result is: the same place whenever it runs, and no other job's."""
    day = job["submitted_at"][:10].replace("-", "/")
    stem = PurePosixPath(job["source_key"]).stem
    digest = hashlib.sha256(job["job_id"].encode()).hexdigest()[:8]
    return f"processed/{day}/{stem}-{digest}_result.json"
