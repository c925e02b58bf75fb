"""S3: the raw bucket and the processed bucket, closed to the public, and the upload trigger."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from provision import tags
from provision.errors import ProvisionError
from provision.propagation import once_deleted, once_granted
from provision.settings import CSV_VALIDATOR
from provision.target import Target, unless_missing
from provision.waiting import Polling

if TYPE_CHECKING:
    from provision.changes import Changes
    from provision.removals import Removals
    from provision.settings import Settings

ALL_BLOCKED: Final = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
_NO_SUCH_BUCKET: Final = "NoSuchBucket"
"""The error in a plan if the bucket does not exist yet."""
_TRIGGER: Final = "uploads-to-csv-validator"
"""The id of our notification, which tells it from others on the bucket."""
_EMPTYING_SECONDS: Final = 60.0
_UNNAMED_REGION: Final = "us-east-1"
"""The only region that CreateBucket does not accept as LocationConstraint."""


def require_free_names(target: Target) -> None:
    """Find out that no other account has a bucket of these names.

    Raises:
        ProvisionError: Another account has one, or this account has it in another region.
    """
    for bucket in (target.settings.raw_bucket, target.settings.processed_bucket):
        _require_free_name(target, bucket)


def ensure_buckets(target: Target, changes: Changes) -> None:
    """Make both buckets exist: not public, not versioned, with a lifecycle.

    The folder markers are put here, before the trigger exists, so that they start no job.
    """
    settings = target.settings
    for bucket, rules in lifecycles(settings).items():
        _ensure_bucket(target, changes, bucket, lifecycle=rules)
    for prefix in (settings.uploads_prefix, settings.failed_prefix):
        _ensure_marker(target, changes, settings.raw_bucket, prefix)


def ensure_trigger(target: Target, changes: Changes) -> None:
    """Make each object created under `uploads/` invoke csv-validator.

    S3 checks that it may invoke the function, so the permission must exist before.
    """
    s3 = target.client("s3")
    bucket = target.settings.raw_bucket
    wanted = _trigger(target)
    notification, ours, others = _notification(target)
    changes.settle(
        f"trigger of {bucket}",
        wanted=wanted,
        actual=ours,
        apply=lambda: once_granted(
            lambda: s3.put_bucket_notification_configuration(
                Bucket=bucket,
                NotificationConfiguration=notification
                | {"LambdaFunctionConfigurations": [*others, wanted]},
            )
        ),
    )


def remove_trigger(target: Target, removals: Removals) -> None:
    """Let uploads start nothing any more; what others put on the bucket stays."""
    notification, ours, others = _notification(target)
    bucket = target.settings.raw_bucket
    if ours is not None:
        removals.remove(
            target,
            f"trigger of {bucket}",
            target.arns.bucket(bucket),
            lambda: target.client("s3").put_bucket_notification_configuration(
                Bucket=bucket,
                NotificationConfiguration=notification | {"LambdaFunctionConfigurations": others},
            ),
        )


def remove_buckets(target: Target, removals: Removals) -> None:
    """Remove both buckets with all that is in them, old versions and incomplete uploads too."""
    for bucket in (target.settings.raw_bucket, target.settings.processed_bucket):
        removals.remove(
            target, bucket, target.arns.bucket(bucket), partial(_delete_bucket, target, bucket)
        )


def _delete_bucket(target: Target, bucket: str) -> None:
    s3 = target.client("s3")
    for _ in Polling(within=_EMPTYING_SECONDS, every=1):
        _empty(s3, bucket)
        try:
            s3.delete_bucket(Bucket=bucket)
        except ClientError as error:
            # Something was written meanwhile, by a function that still ran or by a user.
            if error.response["Error"]["Code"] != "BucketNotEmpty":
                raise
        else:
            return
    raise ProvisionError("the bucket {bucket} is filled faster than emptied", bucket=bucket)


def _empty(s3: Any, bucket: str) -> None:
    for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket):
        for upload in page.get("Uploads", []):
            s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        objects = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]
        if objects:
            answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
            for refused in answer.get("Errors", []):
                raise ProvisionError(
                    "{key} in {bucket} is not deleted: {problem}",
                    key=refused["Key"],
                    bucket=bucket,
                    problem=refused.get("Message", refused["Code"]),
                )


def _trigger(target: Target) -> dict[str, Any]:
    return {
        "Id": _TRIGGER,
        "LambdaFunctionArn": target.arns.function(CSV_VALIDATOR),
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {
            "Key": {"FilterRules": [{"Name": "prefix", "Value": target.settings.uploads_prefix}]}
        },
    }


def _notification(
    target: Target,
) -> tuple[dict[str, Any], dict[str, Any] | None, list[dict[str, Any]]]:
    """Return what the raw bucket notifies: all of it, our trigger, and other functions.

    A trigger of another id that does the same is ours as well, by our id: CloudFormation chooses
    ids, and S3 refuses two triggers for the same events.
    """
    s3, bucket = target.client("s3"), target.settings.raw_bucket
    whole: dict[str, Any] = (
        unless_missing(
            lambda: s3.get_bucket_notification_configuration(Bucket=bucket), _NO_SUCH_BUCKET
        )
        or {}
    )
    whole.pop("ResponseMetadata", None)
    functions = [
        _with_lower_case_filter(each) for each in whole.get("LambdaFunctionConfigurations", [])
    ]
    wanted = _trigger(target)
    ours = next((each for each in functions if each.get("Id") == _TRIGGER), None)
    same = next((each for each in functions if each | {"Id": _TRIGGER} == wanted), None)
    others = [each for each in functions if each is not (ours or same)]
    return whole, ours or (same and wanted), others


def _with_lower_case_filter(configuration: dict[str, Any]) -> dict[str, Any]:
    # S3 answers `Prefix` for a rule that was put as `prefix`.
    rules = configuration.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    lowered = [{"Name": rule["Name"].lower(), "Value": rule["Value"]} for rule in rules]
    return configuration | {"Filter": {"Key": {"FilterRules": lowered}}}


def _ensure_bucket(
    target: Target, changes: Changes, name: str, *, lifecycle: list[dict[str, Any]]
) -> None:
    s3 = target.client("s3")
    region = target.settings.region
    location = unless_missing(lambda: _location(s3, name), _NO_SUCH_BUCKET)

    def create() -> None:
        placement = {"LocationConstraint": region} if region != _UNNAMED_REGION else None
        arguments = {"CreateBucketConfiguration": placement} if placement else {}
        once_deleted(lambda: s3.create_bucket(Bucket=name, **arguments))
        tags.write_tags(target, target.arns.bucket(name), tags.tags_of(target.settings))

    changes.settle(name, wanted=region, actual=location, apply=create)
    if location is not None:
        tags.ensure_tags(target, changes, name, target.arns.bucket(name))
    blocked = unless_missing(
        lambda: s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"],
        "NoSuchPublicAccessBlockConfiguration",
        _NO_SUCH_BUCKET,
    )
    if changes.planning and location is None:
        blocked = ALL_BLOCKED  # the default of every new bucket since April 2023
    changes.settle(
        f"public access block of {name}",
        wanted=ALL_BLOCKED,
        actual=blocked,
        apply=lambda: s3.put_public_access_block(
            Bucket=name, PublicAccessBlockConfiguration=ALL_BLOCKED
        ),
    )
    # A bucket that was never versioned has no status; otherwise it can only be suspended.
    versioned = unless_missing(
        lambda: s3.get_bucket_versioning(Bucket=name).get("Status") == "Enabled", _NO_SUCH_BUCKET
    )
    changes.settle(
        f"versioning of {name}",
        wanted=False,
        actual=versioned or False,
        apply=lambda: s3.put_bucket_versioning(
            Bucket=name, VersioningConfiguration={"Status": "Suspended"}
        ),
    )
    changes.settle(
        f"lifecycle of {name}",
        wanted=lifecycle,
        actual=unless_missing(
            lambda: s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"],
            "NoSuchLifecycleConfiguration",
            _NO_SUCH_BUCKET,
        ),
        apply=lambda: s3.put_bucket_lifecycle_configuration(
            Bucket=name, LifecycleConfiguration={"Rules": lifecycle}
        ),
    )


def _require_free_name(target: Target, bucket: str) -> None:
    region = target.settings.region
    try:
        location = unless_missing(lambda: _location(target.client("s3"), bucket), _NO_SUCH_BUCKET)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("AccessDenied", "403"):
            raise
        raise ProvisionError(
            "the bucket {bucket} belongs to another account, or this one may not read it: "
            "bucket names are shared by all accounts, so choose another LAB_SUFFIX",
            bucket=bucket,
        ) from error
    if location not in (None, region):
        raise ProvisionError(
            "the bucket {bucket} exists in {location}, not in {region}: choose another "
            "LAB_SUFFIX or AWS_DEFAULT_REGION",
            bucket=bucket,
            location=location,
            region=region,
        )


def _location(s3: Any, bucket: str) -> str:
    constraint: str | None = s3.get_bucket_location(Bucket=bucket)["LocationConstraint"]
    return constraint or _UNNAMED_REGION


def _ensure_marker(target: Target, changes: Changes, bucket: str, prefix: str) -> None:
    s3 = target.client("s3")
    found = unless_missing(
        lambda: s3.head_object(Bucket=bucket, Key=prefix), "404", _NO_SUCH_BUCKET
    )
    changes.settle(
        f"folder marker {prefix}",
        wanted=True,
        actual=found and True,
        apply=lambda: s3.put_object(Bucket=bucket, Key=prefix),
    )


def lifecycles(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """Return the lifecycle rules of each bucket."""
    tidy = _abort_incomplete_uploads(settings.incomplete_upload_days)
    expire = _expire(settings.failed_prefix, settings.failed_expire_days)
    return {settings.raw_bucket: [expire, tidy], settings.processed_bucket: [tidy]}


def _expire(prefix: str, days: int) -> dict[str, Any]:
    return {
        "ID": "expire-failed-files",
        "Status": "Enabled",
        "Filter": {"Prefix": prefix},
        "Expiration": {"Days": days},
    }


def _abort_incomplete_uploads(days: int) -> dict[str, Any]:
    return {
        "ID": "abort-incomplete-uploads",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": days},
    }
