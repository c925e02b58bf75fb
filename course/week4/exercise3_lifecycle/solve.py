"""Let S3 delete failed files after 30 days, and see it happen."""

from typing import Any, Final

from course.sandbox import Sandbox
from course.switches import push_clock
from provision.changes import Changes
from provision.target import unless_missing

DAYS: Final = 30
RULE: Final[dict[str, Any]] = {
    "ID": "expire-failed",
    "Status": "Enabled",
    "Filter": {"Prefix": "failed/"},
    "Expiration": {"Days": DAYS},
}


EXPIRES: Final = "failed/old.csv"
STAYS: Final = "kept/old.csv"


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards what is under failed/ goes by itself, and nothing else does."""
    s3 = sandbox.client("s3")
    found = unless_missing(
        lambda: s3.get_bucket_lifecycle_configuration(Bucket=sandbox.raw_bucket)["Rules"],
        "NoSuchLifecycleConfiguration",
    )
    changes.settle(
        f"lifecycle of {sandbox.raw_bucket}",
        wanted=[RULE],
        actual=found,
        apply=lambda: put_rule(sandbox, RULE),
    )
    changes.settle(
        f"{EXPIRES} expired",
        wanted=[STAYS],
        actual=_there(sandbox) or None,
        apply=lambda: _let_it_expire(sandbox),
    )


def _there(sandbox: Sandbox) -> list[str]:
    pages = sandbox.client("s3").get_paginator("list_objects_v2")
    found = pages.paginate(Bucket=sandbox.raw_bucket)
    keys = {each["Key"] for page in found for each in page.get("Contents", ())}
    return [key for key in (EXPIRES, STAYS) if key in keys]


def _let_it_expire(sandbox: Sandbox) -> None:
    for key in (EXPIRES, STAYS):
        sandbox.client("s3").put_object(Bucket=sandbox.raw_bucket, Key=key, Body=b"old\n")
    push_clock(sandbox, DAYS + 1)  # S3 rounds up to the next midnight


def put_rule(sandbox: Sandbox, rule: dict[str, Any]) -> None:
    """Let the bucket have this rule and no other."""
    sandbox.client("s3").put_bucket_lifecycle_configuration(
        Bucket=sandbox.raw_bucket, LifecycleConfiguration={"Rules": [rule]}
    )
