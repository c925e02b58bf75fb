"""Grant a copy by the name of its call, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_statement


def make(sandbox: Sandbox) -> None:
    """Grant s3:CopyObject."""
    change_statement(sandbox, "PutUnderFailed", Action=["s3:CopyObject"])
