"""Upload another sample while nothing listens."""

import json

from course.sales_results import results
from course.sandbox import Sandbox
from course.week2.step7_end_to_end.solve import STEM


def make(sandbox: Sandbox) -> None:
    """Have a result that is of an earlier file."""
    s3, bucket = sandbox.client("s3"), sandbox.processed_bucket
    for each in list(results(s3, bucket, STEM)):
        s3.put_object(
            Bucket=bucket,
            Key=each.key,
            Body=json.dumps({"total_rows": 1, "total_revenue": 250.0}),
        )
