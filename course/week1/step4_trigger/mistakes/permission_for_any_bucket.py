"""Permit S3 as such."""

from course.sandbox import Sandbox
from course.week1.step4_trigger.solve import FUNCTION, SID


def make(sandbox: Sandbox) -> None:
    """Let any bucket of any account invoke the function."""
    client = sandbox.client("lambda")
    client.remove_permission(FunctionName=FUNCTION, StatementId=SID)
    client.add_permission(
        FunctionName=FUNCTION,
        StatementId=SID,
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
    )
