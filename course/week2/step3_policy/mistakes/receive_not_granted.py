"""Grant what the code calls; it is Lambda that receives."""

from course.sandbox import Sandbox
from course.solving import change_statement


def make(sandbox: Sandbox) -> None:
    """Leave ReceiveMessage out."""
    change_statement(sandbox, "TakeJobs", Action=["sqs:DeleteMessage", "sqs:GetQueueAttributes"])
