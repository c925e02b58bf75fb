"""Copy an ARN of the documentation with its account."""

from course.sandbox import Sandbox
from course.solving import change_statement


def make(sandbox: Sandbox) -> None:
    """Grant sending on the queue of account 123456789012."""
    change_statement(
        sandbox,
        "SendJobs",
        Resource=[f"arn:aws:sqs:{sandbox.region}:123456789012:pipeline-main-queue"],
    )
