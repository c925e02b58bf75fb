"""Grant an action on the bucket on its objects."""

from course.sandbox import Sandbox
from course.solving import change_statement


def make(sandbox: Sandbox) -> None:
    """Add `/*` where none belongs."""
    change_statement(
        sandbox, "KnowMissingFromForbidden", Resource=[f"arn:aws:s3:::{sandbox.raw_bucket}/*"]
    )
