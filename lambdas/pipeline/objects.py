"""Read uploads from S3: exactly the version of the event, or a clear reason why not."""

from __future__ import annotations

import io
from itertools import count
from typing import IO, TYPE_CHECKING, Any, cast

from botocore.exceptions import (
    ClientError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from pipeline.clients import error_code
from pipeline.errors import FileRejectedError
from pipeline.reasons import FileReason

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

MISSING_CODES = frozenset({"404", "NoSuchKey", "NotFound"})
CHANGED_CODES = frozenset({"412", "PreconditionFailed"})
ARCHIVED_CODES = frozenset({"InvalidObjectState", "ObjectNotInActiveTierError"})
"""GetObject answers the first, CopyObject the second (S3 API reference, "Error responses")."""
_NEEDS_A_KEY_CODES = frozenset({"InvalidRequest", "400"})
"""An object of SSE-C that is asked for without its key: S3 calls that an invalid request, and to
HeadObject, whose answers have no body, it gives the status alone. The requests here hold nothing
else that could be invalid."""
_KMS_CODES = "KMS."
"""A KMS key that is disabled or gone: KMS.DisabledException and others."""
_BROKEN_CONNECTION = (IncompleteReadError, ReadTimeoutError, ResponseStreamingError)
MAX_RESUMPTIONS = 3


class UploadedObject:
    """One version of one object under uploads/.

    Without an ETag it is the version of the first read.
    """

    def __init__(self, s3: S3Client, bucket: str, key: str, etag: str | None) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._key = key
        self.etag = etag
        self.size: int | None = None

    def open(self) -> IO[bytes]:
        """Return a stream of the object's bytes, from its beginning.

        Raises:
            FileRejectedError: `upload_missing`, `superseded`, `archived` or
                `encrypted_with_own_key`.
            ClientError: S3 refuses it for another reason.
        """
        answer = self._get()
        self.etag = answer["ETag"].strip('"')
        self.size = answer["ContentLength"]
        return cast("IO[bytes]", _Stream(self, answer["Body"]))

    def body_from(self, position: int) -> StreamingBody:
        """Return the same version's bytes from a position on; raise as `open`."""
        return self._get(Range=f"bytes={position}-")["Body"]

    def _get(self, **which: Any) -> GetObjectOutputTypeDef:
        if self.etag:
            which["IfMatch"] = f'"{self.etag}"'
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=self._key, **which)
        except ClientError as error:
            raise _rejection_for(error) from error


class _Stream(io.RawIOBase):
    """An object's bytes. If the connection breaks, reading continues at the same position.

    The connection lasts as long as the rows are computed. Without this, everything would have to be
    done again if it broke.
    """

    def __init__(self, upload: UploadedObject, body: StreamingBody) -> None:
        super().__init__()
        self._upload = upload
        self._body = body
        self._position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # io gives one
        data = self._read(len(buffer))
        self._position += len(data)
        buffer[: len(data)] = data
        return len(data)

    def _read(self, size: int) -> bytes:
        for attempt in count():
            try:
                return self._body.read(size)
            except _BROKEN_CONNECTION:
                if self._position == self._upload.size:
                    break
                if attempt == MAX_RESUMPTIONS:
                    raise
                self._body.close()
                self._body = self._upload.body_from(self._position)
        return b""

    def close(self) -> None:
        self._body.close()
        super().close()


def _rejection_for(error: ClientError) -> Exception:
    if error_code(error) in MISSING_CODES:
        return FileRejectedError(FileReason.UPLOAD_MISSING)
    if error_code(error) in CHANGED_CODES:
        return FileRejectedError(FileReason.SUPERSEDED)
    if error_code(error) in ARCHIVED_CODES:
        storage_class = dict(error.response["Error"]).get("StorageClass", "")
        return FileRejectedError(FileReason.ARCHIVED, storage_class=storage_class)
    if lacks_key(error):
        return FileRejectedError(FileReason.ENCRYPTED_WITH_OWN_KEY)
    return error


def lacks_key(error: ClientError) -> bool:
    """Tell whether S3 cannot decrypt the object with our permissions."""
    code = error_code(error)
    return code in _NEEDS_A_KEY_CODES or code.startswith(_KMS_CODES)
