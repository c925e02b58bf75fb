"""Move an upload under failed/: copy, verify, write the reason, delete, in this order.

Every step may be repeated, so the next run completes one that was interrupted. The original is
deleted only after the copy and the reason exist, and only if it is still the version that was
copied. Before that the job's result is removed, which transform-data may have written before it was
lost.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from pipeline.clients import error_code, is_transient
from pipeline.errors import CopyNotVerifiedError
from pipeline.objects import ARCHIVED_CODES, CHANGED_CODES, MISSING_CODES, lacks_key

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_s3.client import S3Client

    from pipeline.job import Job
    from pipeline.state import RejectionValue

_TOO_LARGE_TO_COPY = "EntityTooLarge"


@dataclass(frozen=True)
class Placement:
    """The place of a failed job's file.

    Attributes:
        failed_key: its key under failed/; None if it is not there.
        file_key: its present key, of the copy or of the upload; None if the upload was deleted or
            replaced before it could be moved.
    """

    failed_key: str | None
    file_key: str | None

    @property
    def status(self) -> str:
        """The state's `move_status`."""
        if self.failed_key:
            return "success"
        return "kept_in_place" if self.file_key else "nothing_to_move"


@dataclass(frozen=True)
class _Head:
    etag: str
    size: int
    content_type: str


def move_to_failed(s3: S3Client, job: Job, failure: RejectionValue, now: datetime) -> Placement:
    """Move the file under failed/ and write its reason beside it.

    A file that S3 never copies stays where it is, and its reason says so. If the upload was deleted
    or replaced, there is only a reason; a newer upload has its own job.

    Args:
        s3: The client.
        job: The job of the upload.
        failure: Why the job failed.
        now: The time for `failed_at`.

    Raises:
        CopyNotVerifiedError: The copy differs from the original, which stays.
    """
    _remove_result(s3, job, failure)
    try:
        source = _copy_upload(s3, job, str(failure["reason"]), now)
    except ClientError as error:
        if not _is_never_copied(error):
            raise
        return explain_in_place(s3, job, failure, now)
    # Without a source an earlier run may have copied it already.
    copied = source is not None or _head(s3, job.source_bucket, job.failed_key) is not None
    key = job.failed_key if copied else None
    placement = Placement(failed_key=key, file_key=key)
    _put_reason(s3, job, failure, placement, now)
    if source:
        _delete_version(s3, job.source_bucket, job.source_key, source.etag)
    return placement


def explain_in_place(s3: S3Client, job: Job, failure: RejectionValue, now: datetime) -> Placement:
    """Write the reason of a file that cannot be moved, and leave the file where it is.

    Args:
        s3: The client.
        job: The job of the upload.
        failure: Why the job failed.
        now: The time for `failed_at`.
    """
    _remove_result(s3, job, failure)
    if _was_copied(s3, job):  # and could not be deleted
        placement = Placement(failed_key=job.failed_key, file_key=job.failed_key)
    else:
        placement = Placement(failed_key=None, file_key=job.source_key)
    _put_reason(s3, job, failure, placement, now)
    return placement


def _was_copied(s3: S3Client, job: Job) -> bool:
    try:
        return _head(s3, job.source_bucket, job.failed_key) is not None
    except ClientError as error:
        if is_transient(error):
            raise
        return False  # without this permission no copy was verified, and no original deleted


def _remove_result(s3: S3Client, job: Job, failure: RejectionValue) -> None:
    details = failure["details"]
    if not (isinstance(details, dict) and details.get("failed_state") == "TransformData"):
        return
    bucket, key = job.destination_bucket, job.result_key
    s3.delete_object(Bucket=bucket, Key=key)
    # The parts of an unfinished upload are stored, and cost money, until it is aborted.
    for upload in s3.list_multipart_uploads(Bucket=bucket, Prefix=key).get("Uploads", []):
        if upload["Key"] != key:
            continue
        try:
            s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload["UploadId"])
        except ClientError as error:
            if error_code(error) != "NoSuchUpload":
                raise


def _is_never_copied(error: ClientError) -> bool:
    """Tell whether CopyObject always refuses this object.

    It does so for an archive storage class, for a key that we do not have, and above 5 GB (S3 API
    reference, "CopyObject"), which is an invalid request too.
    """
    code = error_code(error)
    return code in ARCHIVED_CODES or code == _TOO_LARGE_TO_COPY or lacks_key(error)


def _copy_upload(s3: S3Client, job: Job, reason: str, now: datetime) -> _Head | None:
    """Copy the upload and return what was copied; None if it was deleted or replaced."""
    source = _head(s3, job.source_bucket, job.source_key)
    if source is None or (job.etag and source.etag != job.etag):
        return None
    return source if _copy(s3, job, source, reason, now) else None


def _head(s3: S3Client, bucket: str, key: str) -> _Head | None:
    try:
        answer = s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error_code(error) in MISSING_CODES:
            return None
        raise
    return _Head(
        etag=answer["ETag"].strip('"'),
        size=answer["ContentLength"],
        content_type=answer.get("ContentType", "binary/octet-stream"),
    )


def _copy(s3: S3Client, job: Job, source: _Head, reason: str, now: datetime) -> bool:
    """Copy and verify; False means that the source was deleted or replaced meanwhile."""
    try:
        s3.copy_object(
            Bucket=job.source_bucket,
            Key=job.failed_key,
            CopySource={"Bucket": job.source_bucket, "Key": job.source_key},
            CopySourceIfMatch=f'"{source.etag}"',
            MetadataDirective="REPLACE",
            ContentType=source.content_type,  # REPLACE drops it unless it is given again
            # User metadata must be ASCII, 2 KB at most; the sentence is in the .error.json.
            Metadata={"job_id": job.job_id, "reason": reason, "failed_at": now.isoformat()},
        )
    except ClientError as error:
        if error_code(error) in MISSING_CODES | CHANGED_CODES:
            return False
        raise
    copied = _head(s3, job.source_bucket, job.failed_key)
    if copied is None or copied.size != source.size or not _same_content(copied, source):
        raise CopyNotVerifiedError("the copy under failed/ differs from the upload")
    return True


def _same_content(copied: _Head, source: _Head) -> bool:
    """Compare ETags where they are digests: a multipart upload's, with a hyphen, is not."""
    return "-" in source.etag or copied.etag == source.etag


def _put_reason(
    s3: S3Client, job: Job, failure: RejectionValue, placement: Placement, now: datetime
) -> None:
    reason = {
        "job_id": job.job_id,
        "source_bucket": job.source_bucket,
        "source_key": job.source_key,
        "failed_key": placement.failed_key,
        "file_key": placement.file_key,
        "reason": failure["reason"],
        "message": failure["message"],
        "details": failure["details"],
        "failed_at": now.isoformat(),
    }
    s3.put_object(
        Bucket=job.source_bucket,
        Key=job.error_key,
        Body=json.dumps(reason, ensure_ascii=False, indent=2).encode(),
        ContentType="application/json; charset=utf-8",
    )


def _delete_version(s3: S3Client, bucket: str, key: str, etag: str) -> None:
    """Delete the object unless it was replaced, in one step.

    S3 user guide, "How to perform conditional deletes" (general purpose buckets since September
    2025).
    """
    try:
        s3.delete_object(Bucket=bucket, Key=key, IfMatch=f'"{etag}"')
    except ClientError as error:
        if error_code(error) not in MISSING_CODES | CHANGED_CODES:
            raise
