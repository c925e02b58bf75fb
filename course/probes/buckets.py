"""S3: buckets and what lies in them."""

import csv
import io
from typing import Any

from course.case import Case
from course.finding import NOTHING, Finding, failed, missing, not_yet, passed
from course.language import Text
from course.listing import listed
from course.probes import probes
from course.sales import COLUMNS
from provision.target import unless_missing

_NO_BLOCK = "NoSuchPublicAccessBlockConfiguration"
_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_UNNAMED_REGION = "us-east-1"
"""GetBucketLocation has no name for it (S3 API reference)."""


def region_of(case: Case, bucket: str) -> str | None:
    """The region of a bucket of this account; None when there is none."""
    s3 = case.client("s3")
    if bucket not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
        return None
    return s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] or _UNNAMED_REGION


def list_keys(case: Case, prefix: str, word: str = "") -> list[str]:
    """The keys under a prefix of the raw bucket that hold a word."""
    found = listed(
        case.client("s3"), "list_objects_v2", "Contents", Bucket=case.raw_bucket, Prefix=prefix
    )
    return [each["Key"] for each in found if word in each["Key"]]


@probes
def bucket_exists(case: Case, *, bucket: str) -> Finding:
    """There is a bucket of this name, in the course's region."""
    region = region_of(case, bucket)
    if region == case.sandbox.region:
        return passed()
    return failed(
        Text.same(f"{bucket} ({case.sandbox.region})"),
        Text.same(f"{bucket} ({region})") if region else NOTHING,
        "aws s3 ls",
    )


@probes
def public_access_blocked(case: Case, *, buckets: list[str]) -> Finding:
    """All four blocks of public access are on, for each of the buckets."""
    s3 = case.client("s3")
    for bucket in buckets:
        block = unless_missing(
            lambda: s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"],  # noqa: B023
            _NO_BLOCK,
        )
        open_ones = [name for name in _BLOCKS if not (block or {}).get(name)]
        if open_ones:
            return failed(
                Text.same(", ".join(f"{name}=true" for name in _BLOCKS)),
                Text.same(f"{bucket}: {', '.join(f'{name}=false' for name in open_ones)}"),
                f"aws s3api get-public-access-block --bucket {bucket}",
            )
    return passed()


@probes
def object_exists(case: Case, *, bucket: str, key: str) -> Finding:
    """There is an object at this key; the console calls one whose key ends with `/` a folder."""
    s3 = case.client("s3")
    if unless_missing(lambda: s3.head_object(Bucket=bucket, Key=key), "404", "NoSuchKey"):
        return passed()
    return failed(
        Text.same(f"s3://{bucket}/{key}"), NOTHING, f"aws s3 ls --recursive s3://{bucket}/"
    )


@probes
def sales_file_exists(case: Case, *, bucket: str, key: str) -> Finding:
    """There is a CSV at this key: UTF-8, the six columns, at least one row."""
    s3 = case.client("s3")
    look_at = f"aws s3 cp s3://{bucket}/{key} -"
    found = unless_missing(
        lambda: s3.get_object(Bucket=bucket, Key=key), "NoSuchKey", "NoSuchBucket"
    )
    if found is None:
        return failed(Text.same(f"s3://{bucket}/{key}"), NOTHING, f"aws s3 ls s3://{bucket}/")
    body = case.seen["body"] = found["Body"].read()
    try:
        reader = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
        rows = list(reader)
    except UnicodeDecodeError as error:
        return failed(Text.same("UTF-8"), Text.same(str(error)), look_at)
    if list(reader.fieldnames or ()) != list(COLUMNS):
        found = ",".join(reader.fieldnames or ())
        return failed(Text.same(",".join(COLUMNS)), Text.same(found), look_at)
    if not rows:
        return not_yet(Text(th="มีแต่หัวตาราง", en="only the header"), look_at)
    return passed()


def expiring_rules(case: Case, bucket: str) -> list[dict[str, Any]]:
    """The rules of a bucket's lifecycle that delete something."""
    s3 = case.client("s3")
    found = unless_missing(
        lambda: s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"],
        "NoSuchLifecycleConfiguration",
        "NoSuchBucket",
    )
    return [each for each in found or () if "Expiration" in each]


def prefix_of(rule: dict[str, Any]) -> str:
    """The prefix that a lifecycle rule is limited to, empty without."""
    limits = rule.get("Filter", {})
    return str(
        limits.get("Prefix") or limits.get("And", {}).get("Prefix") or rule.get("Prefix", "")
    )


@probes
def prefix_expires(case: Case, *, bucket: str, prefix: str, days: int) -> Finding:
    """What is under a prefix is deleted after so many days, and nothing else is."""
    found = expiring_rules(case, bucket)
    on = [
        (prefix_of(each), each["Expiration"].get("Days"))
        for each in found
        if each["Status"] == "Enabled"
    ]
    if on == [(prefix, days)]:
        return passed()
    return failed(
        Text.same(f"Enabled: {prefix}, {days}"),
        Text.same(
            "; ".join(
                f"{each['Status']}: {prefix_of(each) or '-'}, {each['Expiration'].get('Days')}"
                for each in found
            )
        )
        if found
        else NOTHING,
        f"aws s3api get-bucket-lifecycle-configuration --bucket {bucket}",
    )


@probes
def expired_by_the_clock(case: Case, *, bucket: str, gone: str, kept: str) -> Finding:
    """Of two files that the student put, the one that the rule is about is gone."""
    s3 = case.client("s3")

    def is_there(key: str) -> bool:
        found = unless_missing(
            lambda: s3.head_object(Bucket=bucket, Key=key), "404", "NoSuchKey", "NoSuchBucket"
        )
        return found is not None

    if not is_there(kept):
        return missing(f"s3://{bucket}/{kept}")
    if not is_there(gone):
        return passed()
    return failed(
        Text(th=f"{gone} หมดอายุไปแล้ว", en=f"{gone} has expired"),
        Text(th=f"{gone} ยังอยู่", en=f"{gone} is still there"),
        f"clock +31d --account {case.sandbox.account}",
    )
