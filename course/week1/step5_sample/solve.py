"""Write a sales file of the student's own and upload it."""

from typing import Final

from course.sales import sales_file
from course.sandbox import Sandbox
from provision.changes import Changes
from provision.target import unless_missing

KEY: Final = "uploads/sample_sales.csv"
ROWS: Final = 5


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards the sample lies under uploads/."""
    s3 = sandbox.client("s3")
    body = sales_file(sandbox.seed(KEY), ROWS).body
    found = unless_missing(lambda: s3.get_object(Bucket=sandbox.raw_bucket, Key=KEY), "NoSuchKey")
    changes.settle(
        f"s3://{sandbox.raw_bucket}/{KEY}",
        wanted=body.decode(),
        actual=found and found["Body"].read().decode("utf-8", "replace"),
        apply=lambda: s3.put_object(Bucket=sandbox.raw_bucket, Key=KEY, Body=body),
    )
