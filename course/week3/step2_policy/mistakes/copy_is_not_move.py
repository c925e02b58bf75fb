"""Copy and call it moved, as the workshop does."""

from course.sandbox import Sandbox
from course.solving import change_code
from course.week3.step1_functions.solve import code


def make(sandbox: Sandbox) -> None:
    """Leave the original."""
    change_code(
        sandbox, code("move-to-failed"), {"    s3.delete_object(Bucket=bucket, Key=key)\n": ""}
    )
