"""Let S3 delete failed files after 30 days."""

from typing import Any, Final

from course.sandbox import Sandbox
from provision.changes import Changes
from provision.target import unless_missing

DAYS: Final = 30
RULE: Final[dict[str, Any]] = {
    "ID": "expire-failed",
    "Status": "Enabled",
    "Filter": {"Prefix": "failed/"},
    "Expiration": {"Days": DAYS},
}


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


def put_rule(sandbox: Sandbox, rule: dict[str, Any]) -> None:
    """Let the bucket have this rule and no other."""
    sandbox.client("s3").put_bucket_lifecycle_configuration(
        Bucket=sandbox.raw_bucket, LifecycleConfiguration={"Rules": [rule]}
    )
