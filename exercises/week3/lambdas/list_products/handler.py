"""list-products: names the products in a file, a list short enough to travel in a state."""

from typing import Any

import boto3

from pipeline.clients import CLIENT_CONFIG, transient_errors_named
from pipeline.errors import PipelineError
from pipeline.logs import log
from pipeline.state import WorkflowState
from product_sales.reading import sales_in

MAX_PRODUCTS = 40
"""An inline Map runs at most 40 iterations at a time (Step Functions developer guide, "Map workflow
state"), and 40 names of this length stay well below a state's 256 KiB."""
MAX_NAME_CHARACTERS = 100

s3 = boto3.client("s3", config=CLIENT_CONFIG)


class TooManyProductsError(PipelineError):
    """A file has more products, or longer names, than an inline Map should be given."""


def lambda_handler(event: WorkflowState, _context: object) -> dict[str, Any]:
    """Return the sorted names of the products that the file's valid rows sell."""
    names: set[str] = set()
    with transient_errors_named():
        for sale in sales_in(s3, event):
            names.add(sale.product)
            if len(names) > MAX_PRODUCTS or len(sale.product) > MAX_NAME_CHARACTERS:
                raise TooManyProductsError(
                    f"the file has more than {MAX_PRODUCTS} products, or a name of more than "
                    f"{MAX_NAME_CHARACTERS} characters: that is work for a Distributed Map"
                )
    log("products_listed", event["job_id"], product_count=len(names))
    return {"names": sorted(names)}
