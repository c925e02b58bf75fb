"""Name the bucket and not whose it must be."""

from course.sandbox import Sandbox
from course.week1.step4_trigger.solve import FUNCTION, SID


def make(sandbox: Sandbox) -> None:
    """Leave out SourceAccount."""
    client = sandbox.client("lambda")
    client.remove_permission(FunctionName=FUNCTION, StatementId=SID)
    client.add_permission(
        FunctionName=FUNCTION,
        StatementId=SID,
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{sandbox.raw_bucket}",
    )
