"""Call the folder `Uploads/`."""

from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Put the folder with a capital letter."""
    s3 = sandbox.client("s3")
    s3.delete_object(Bucket=sandbox.raw_bucket, Key="uploads/")
    s3.put_object(Bucket=sandbox.raw_bucket, Key="Uploads/")
