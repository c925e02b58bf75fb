"""compare-totals: adds the products' sums and holds them against the whole file's total."""

from decimal import Decimal
from typing import Any

from pipeline.logs import log


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return both totals in satang, and whether they are equal."""
    products_total = sum(each["revenue_satang"] for each in event["products"])
    # Through the shortest text of the number: 0.29 * 100 as a float is 28.999999999999996.
    file_total = int((Decimal(str(event["total_revenue"])) * 100).to_integral_value())
    totals_match = products_total == file_total
    log("totals_compared", event["job_id"], totals_match=totals_match)
    return {
        "products_total_satang": products_total,
        "file_total_satang": file_total,
        "totals_match": totals_match,
    }
