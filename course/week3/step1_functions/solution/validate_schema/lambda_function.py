"""validate-schema: says whether a file has the columns of a sales report."""

import json
import logging
from typing import Any

logger = logging.getLogger()
logger.setLevel(logging.INFO)

REQUIRED = ("order_id", "customer_name", "product", "quantity", "price", "date")


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Add the verdict to the state. A wrong file is an answer, not an error: it stays wrong."""
    missing = [name for name in REQUIRED if name not in event["headers"]]
    verdict: dict[str, Any] = {"schema_valid": not missing, "missing_columns": missing}
    if missing:
        message = f"Missing columns: {', '.join(missing)}"
        verdict["rejection"] = {"reason": "missing_columns", "message": message}
    logger.info(json.dumps({"event": "schema_checked", "job_id": event["job_id"], **verdict}))
    return {**event, **verdict}
