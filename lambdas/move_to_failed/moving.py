"""Moving an upload under failed/: copy, verify, say why, delete - in this order.

Every step may be repeated, so a run that was cut off anywhere is finished by the next one. The
original is deleted only after copy and reason stand, and only if it is still the version copied.
What this job left of a result goes first: transform-data may be lost in its work or after it.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from pipeline.clients import error_code, is_transient
from pipeline.errors import CopyNotVerifiedError
from pipeline.job import Job
from pipeline.objects import ARCHIVED_CODES, CHANGED_CODES, MISSING_CODES, lacks_key
from pipeline.state import RejectionValue

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_TOO_LARGE_TO_COPY = "EntityTooLarge"


@dataclass(frozen=True)
class Placement:
    """Where the file of a failed job stands.

    Attributes:
        failed_key: its key under failed/; None when it is not there.
        file_key: its key now, that of the copy or of the upload; None when the upload was deleted
            or replaced before it could be moved.
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


def move_to_failed(s3: "S3Client", job: Job, failure: RejectionValue, now: datetime) -> Placement:
    """Bring the file and its reason under failed/.

    A file that S3 never copies stays where it is, and its reason says so. One that was deleted or
    replaced before has only a reason; a newer upload is left to its own job.

    Args:
        s3: the client.
        job: whose upload it is.
        failure: why the job failed.
        now: the time written down as `failed_at`.

    Raises:
        CopyNotVerifiedError: the copy differs from the original, which stays.
    """
    _remove_what_is_left_of_a_result(s3, job, failure)
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


def explain_in_place(s3: "S3Client", job: Job, failure: RejectionValue, now: datetime) -> Placement:
    """Write the reason of a file that can't be moved, and leave the file where it is.

    Args:
        s3: the client.
        job: whose upload it is.
        failure: why the job failed.
        now: the time written down as `failed_at`.
    """
    _remove_what_is_left_of_a_result(s3, job, failure)
    if _was_copied(s3, job):  # and could not be deleted
        placement = Placement(failed_key=job.failed_key, file_key=job.failed_key)
    else:
        placement = Placement(failed_key=None, file_key=job.source_key)
    _put_reason(s3, job, failure, placement, now)
    return placement


def _was_copied(s3: "S3Client", job: Job) -> bool:
    try:
        return _head(s3, job.source_bucket, job.failed_key) is not None
    except ClientError as error:
        if is_transient(error):
            raise
        return False  # who may not look has verified no copy, and so deleted no original


def _remove_what_is_left_of_a_result(s3: "S3Client", job: Job, failure: RejectionValue) -> None:
    details = failure["details"]
    if not (isinstance(details, dict) and details.get("failed_state") == "TransformData"):
        return
    bucket, key = job.destination_bucket, job.result_key
    s3.delete_object(Bucket=bucket, Key=key)
    # Parts of an upload that nobody completed are stored, and paid for, until it is aborted.
    for upload in s3.list_multipart_uploads(Bucket=bucket, Prefix=key).get("Uploads", []):
        if upload["Key"] != key:
            continue
        try:
            s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload["UploadId"])
        except ClientError as error:
            if error_code(error) != "NoSuchUpload":
                raise


def _is_never_copied(error: ClientError) -> bool:
    """Tell whether CopyObject refuses this object whenever it is asked.

    One in an archive storage class, one encrypted with a key that is not ours, and one above 5 GB
    (S3 API reference, "CopyObject"), which is an invalid request too.
    """
    code = error_code(error)
    return code in ARCHIVED_CODES or code == _TOO_LARGE_TO_COPY or lacks_key(error)


def _copy_upload(s3: "S3Client", job: Job, reason: str, now: datetime) -> _Head | None:
    """Copy the upload and return what was copied; None when it was deleted or replaced."""
    source = _head(s3, job.source_bucket, job.source_key)
    if source is None or (job.etag and source.etag != job.etag):
        return None
    return source if _copy(s3, job, source, reason, now) else None


def _head(s3: "S3Client", bucket: str, key: str) -> _Head | None:
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


def _copy(s3: "S3Client", job: Job, source: _Head, reason: str, now: datetime) -> bool:
    """Copy and verify; False means that the source was deleted or replaced meanwhile."""
    try:
        s3.copy_object(
            Bucket=job.source_bucket,
            Key=job.failed_key,
            CopySource={"Bucket": job.source_bucket, "Key": job.source_key},
            CopySourceIfMatch=f'"{source.etag}"',
            MetadataDirective="REPLACE",
            ContentType=source.content_type,  # REPLACE drops it unless it is named again
            # User metadata must be ASCII, 2 KB at most; sentences stand in the .error.json.
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
    s3: "S3Client", job: Job, failure: RejectionValue, placement: Placement, now: datetime
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


def _delete_version(s3: "S3Client", bucket: str, key: str, etag: str) -> None:
    """Delete the object unless it was replaced, in one step.

    S3 user guide, "How to perform conditional deletes" (general purpose buckets since September
    2025).
    """
    try:
        s3.delete_object(Bucket=bucket, Key=key, IfMatch=f'"{etag}"')
    except ClientError as error:
        if error_code(error) not in MISSING_CODES | CHANGED_CODES:
            raise
