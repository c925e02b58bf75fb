"""summarise-product: adds up one product of a file."""

from typing import Any

import boto3

from pipeline.clients import CLIENT_CONFIG, transient_errors_named
from pipeline.logs import log
from pipeline.money import pieces
from product_sales.reading import sales_in

s3 = boto3.client("s3", config=CLIENT_CONFIG)


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return what was sold of `product` in the file that `job` points to.

    Revenue is in satang, a whole number, so that the sum of all products is exact.
    """
    product, job = event["product"], event["job"]
    quantity = revenue = orders = 0
    with transient_errors_named():
        for sale in sales_in(s3, job):
            if sale.product == product:
                quantity += sale.quantity
                revenue += sale.revenue
                orders += 1
    log("product_summarised", job["job_id"], orders=orders, revenue_satang=revenue)
    return {
        "product": product,
        "quantity": pieces(quantity),
        "revenue_satang": revenue,
        "orders": orders,
    }
