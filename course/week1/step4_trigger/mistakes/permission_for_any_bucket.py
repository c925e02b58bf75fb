"""Permit S3 as such."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.week1.step4_trigger.solve import FUNCTION, SID

if TYPE_CHECKING:
    from course.sandbox import Sandbox


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
