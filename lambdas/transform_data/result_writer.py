"""Write one large object to S3, with bounded memory and its beginning last.

The result's summary comes before its rows but is known only after them. S3 accepts the parts of a
multipart upload in any order, so the first part is sent when the head is known.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

PART_BYTES = 8 * 1024 * 1024
"""S3 requires 5 MiB in every part but the last; 10,000 parts of 8 MiB are about 78 GiB."""
CONTENT_TYPE = "application/json; charset=utf-8"


class ResultWriter:
    """Writes a body, then the head before it, as one object."""

    def __init__(self, s3: S3Client, bucket: str, key: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._key = key
        self._held = b""
        self._buffer = bytearray()
        self._upload_id: str | None = None
        self._parts: list[CompletedPartTypeDef] = []

    def write(self, body: bytes) -> None:
        """Add to the body."""
        self._buffer += body
        if len(self._buffer) < PART_BYTES:
            return
        if not self._held:
            self._held = bytes(self._buffer)
        else:
            self._send_part(len(self._parts) + 2, bytes(self._buffer))
        self._buffer.clear()

    def finish(self, head: bytes) -> None:
        """Write the object, which is visible at the key only after this."""
        if self._upload_id is None:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=self._key,
                Body=head + self._held + self._buffer,
                ContentType=CONTENT_TYPE,
            )
            return
        if self._buffer:
            self._send_part(len(self._parts) + 2, bytes(self._buffer))
        self._send_part(1, head + self._held)
        self._s3.complete_multipart_upload(
            Bucket=self._bucket,
            Key=self._key,
            UploadId=self._upload_id,
            MultipartUpload={"Parts": sorted(self._parts, key=lambda part: part["PartNumber"])},
        )

    def discard(self) -> None:
        """Remove the parts, so that no object appears at the key.

        If S3 refuses this too, the first error matters more: the bucket's lifecycle rule removes
        the parts, as it does after a process that was killed.
        """
        if self._upload_id is None:
            return
        with suppress(BotoCoreError, ClientError):
            self._s3.abort_multipart_upload(
                Bucket=self._bucket, Key=self._key, UploadId=self._upload_id
            )
        self._upload_id = None

    def _send_part(self, number: int, body: bytes) -> None:
        if self._upload_id is None:
            self._upload_id = self._s3.create_multipart_upload(
                Bucket=self._bucket, Key=self._key, ContentType=CONTENT_TYPE
            )["UploadId"]
        sent = self._s3.upload_part(
            Bucket=self._bucket,
            Key=self._key,
            UploadId=self._upload_id,
            PartNumber=number,
            Body=body,
        )
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"]})
