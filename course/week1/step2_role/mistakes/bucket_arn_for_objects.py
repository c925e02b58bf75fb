"""Grant an action on objects on the bucket."""

from course.sandbox import Sandbox
from course.solving import change_statement


def make(sandbox: Sandbox) -> None:
    """Leave out the `/*`."""
    change_statement(sandbox, "ReadFromRawBucket", Resource=[f"arn:aws:s3:::{sandbox.raw_bucket}"])
