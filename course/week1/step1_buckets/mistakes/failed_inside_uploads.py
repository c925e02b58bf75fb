"""Make the folder for failed files where the trigger looks."""

from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Put failed/ inside uploads/."""
    s3 = sandbox.client("s3")
    s3.delete_object(Bucket=sandbox.raw_bucket, Key="failed/")
    s3.put_object(Bucket=sandbox.raw_bucket, Key="uploads/failed/")
