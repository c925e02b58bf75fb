"""Upload the file, because an event needs one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.week1.step7_by_hand.solve import KEY

if TYPE_CHECKING:
    from course.sandbox import Sandbox


def make(sandbox: Sandbox) -> None:
    """Put the object that must not be there."""
    sandbox.client("s3").put_object(Bucket=sandbox.raw_bucket, Key=KEY, Body=b"order_id\n1\n")
