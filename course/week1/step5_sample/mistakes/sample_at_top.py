"""Upload to the top of the bucket."""

from course.sandbox import Sandbox
from course.week1.step5_sample.solve import KEY


def make(sandbox: Sandbox) -> None:
    """Leave uploads/ out of the key."""
    s3 = sandbox.client("s3")
    s3.delete_object(Bucket=sandbox.raw_bucket, Key=KEY)
    s3.put_object(Bucket=sandbox.raw_bucket, Key="sample_sales.csv", Body=b"order_id\n")
