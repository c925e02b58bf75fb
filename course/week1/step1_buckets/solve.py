"""Make both buckets, close them to the public, and lay out the folders of the raw one."""

from typing import Final

from course.sandbox import Sandbox
from provision.changes import Changes
from provision.target import unless_missing

FOLDERS: Final = ("uploads/", "failed/")
ALL_BLOCKED: Final = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards both buckets are there, closed, and the raw one has its folders."""
    for bucket in (sandbox.raw_bucket, sandbox.processed_bucket):
        _ensure_bucket(sandbox, changes, bucket)
    for folder in FOLDERS:
        _ensure_folder(sandbox, changes, sandbox.raw_bucket, folder)


def _ensure_bucket(sandbox: Sandbox, changes: Changes, bucket: str) -> None:
    s3 = sandbox.client("s3")
    buckets = [each["Name"] for each in s3.list_buckets()["Buckets"]]
    region = (
        s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] if bucket in buckets else None
    )

    def make() -> None:
        if bucket in buckets:  # a bucket can't be moved
            for each in s3.list_objects_v2(Bucket=bucket).get("Contents", ()):
                s3.delete_object(Bucket=bucket, Key=each["Key"])
            s3.delete_bucket(Bucket=bucket)
        s3.create_bucket(
            Bucket=bucket,
            CreateBucketConfiguration={"LocationConstraint": sandbox.region},
        )

    changes.settle(bucket, wanted=sandbox.region, actual=region, apply=make)
    changes.settle(
        f"public access block of {bucket}",
        wanted=ALL_BLOCKED,
        actual=unless_missing(
            lambda: s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"],
            "NoSuchPublicAccessBlockConfiguration",
        ),
        apply=lambda: s3.put_public_access_block(
            Bucket=bucket, PublicAccessBlockConfiguration=ALL_BLOCKED
        ),
    )


def _ensure_folder(sandbox: Sandbox, changes: Changes, bucket: str, folder: str) -> None:
    s3 = sandbox.client("s3")
    found = unless_missing(lambda: s3.head_object(Bucket=bucket, Key=folder), "404")
    changes.settle(
        f"{bucket}/{folder}",
        wanted=True,
        actual=found and True,
        apply=lambda: s3.put_object(Bucket=bucket, Key=folder),
    )
