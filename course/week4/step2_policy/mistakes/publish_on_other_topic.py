"""Copy an ARN of the documentation with its account."""

from course.sandbox import Sandbox
from course.solving import change_statement


def make(sandbox: Sandbox) -> None:
    """Publish to the topic of account 123456789012."""
    change_statement(
        sandbox,
        "PublishNotifications",
        Resource=[f"arn:aws:sns:{sandbox.region}:123456789012:pipeline-notifications"],
    )
