"""Grant a call's name that is no action of IAM, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_statement


def make(sandbox: Sandbox) -> None:
    """Grant s3:HeadObject beside s3:GetObject."""
    change_statement(sandbox, "ReadFromRawBucket", Action=["s3:GetObject", "s3:HeadObject"])
