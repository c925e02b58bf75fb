"""Make an object `uploads` where the folder `uploads/` is meant."""

from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Put the folder without its slash."""
    s3 = sandbox.client("s3")
    s3.delete_object(Bucket=sandbox.raw_bucket, Key="uploads/")
    s3.put_object(Bucket=sandbox.raw_bucket, Key="uploads")
