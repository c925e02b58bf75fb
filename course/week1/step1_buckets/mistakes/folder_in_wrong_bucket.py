"""Make the folder in the bucket for results."""

from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Put uploads/ into the other bucket."""
    s3 = sandbox.client("s3")
    s3.delete_object(Bucket=sandbox.raw_bucket, Key="uploads/")
    s3.put_object(Bucket=sandbox.processed_bucket, Key="uploads/")
