"""Leave the region as the client has it by default: us-east-1."""

from course.resources import Resource, remove
from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Make the raw bucket in the wrong region."""
    remove(sandbox, Resource("bucket", sandbox.raw_bucket))
    sandbox.client("s3", region="us-east-1").create_bucket(Bucket=sandbox.raw_bucket)
