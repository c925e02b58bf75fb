"""Copy the workshop's policy and leave its placeholder in."""

from course.sandbox import Sandbox
from course.solving import change_statement


def make(sandbox: Sandbox) -> None:
    """Grant reading on somebody else's name."""
    change_statement(
        sandbox, "ReadFromRawBucket", Resource=["arn:aws:s3:::pipeline-raw-yourname-*/*"]
    )
