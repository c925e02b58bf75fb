"""Moving an upload under failed/: copy, verify, say why, delete - in this order.

Every step may be repeated, so a run that was cut off anywhere is finished by the next one. The
original is deleted only after copy and reason stand, and only if it is still the version copied.
A result that this job left behind goes first: transform-data may be struck down after its write.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from pipeline.clients import error_code
from pipeline.errors import CopyNotVerifiedError
from pipeline.job import Job
from pipeline.objects import CHANGED_CODES, MISSING_CODES

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@dataclass(frozen=True)
class _Head:
    etag: str
    size: int
    content_type: str


def move_to_failed(s3: "S3Client", job: Job, failure: dict[str, Any], now: datetime) -> bool:
    """Bring the file and its reason under failed/.

    Args:
        s3: the client.
        job: whose upload it is.
        failure: `reason`, `message` and `details`.
        now: the time written down as `failed_at`.

    Returns:
        Whether the file stands under failed/. It does not where the upload was deleted or replaced
        before: then only the reason is written, and a newer upload is left to its own job.

    Raises:
        CopyNotVerifiedError: the copy differs from the original, which stays.
    """
    if _may_have_left_a_result(failure):
        s3.delete_object(Bucket=job.destination_bucket, Key=job.result_key)
    source = _head(s3, job.source_bucket, job.source_key)
    if source and job.etag and source.etag != job.etag:
        source = None
    if source and not _copy(s3, job, source, str(failure["reason"]), now):
        source = None
    # Without a source an earlier run may have copied it already.
    moved = source is not None or _head(s3, job.source_bucket, job.failed_key) is not None
    _put_reason(s3, job, failure, moved=moved, now=now)
    if source:
        _delete_version(s3, job.source_bucket, job.source_key, source.etag)
    return moved


def _may_have_left_a_result(failure: dict[str, Any]) -> bool:
    details = failure["details"]
    return isinstance(details, dict) and details.get("failed_state") == "TransformData"


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
    s3: "S3Client", job: Job, failure: dict[str, Any], *, moved: bool, now: datetime
) -> None:
    reason = {
        "job_id": job.job_id,
        "source_bucket": job.source_bucket,
        "source_key": job.source_key,
        "failed_key": job.failed_key if moved else None,
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
