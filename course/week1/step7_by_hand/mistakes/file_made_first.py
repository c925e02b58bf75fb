"""Upload the file, because an event needs one."""

from course.sandbox import Sandbox
from course.week1.step7_by_hand.solve import KEY


def make(sandbox: Sandbox) -> None:
    """Put the object that must not be there."""
    sandbox.client("s3").put_object(Bucket=sandbox.raw_bucket, Key=KEY, Body=b"order_id\n1\n")
