"""Upload one file twenty times."""

from course.sandbox import Sandbox
from course.week2.exercise2_burst.solve import FILES, WORD


def make(sandbox: Sandbox) -> None:
    """Leave one of the twenty."""
    s3 = sandbox.client("s3")
    for number in range(2, FILES + 1):
        s3.delete_object(Bucket=sandbox.raw_bucket, Key=f"uploads/{WORD}-{number:02}.csv")
