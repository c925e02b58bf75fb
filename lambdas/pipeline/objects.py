"""Reading uploads from S3: exactly the version that was announced, or a clear reason why not."""

from typing import IO, TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from pipeline.clients import error_code
from pipeline.errors import FileRejectedError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

MISSING_CODES = frozenset({"404", "NoSuchKey", "NotFound"})
CHANGED_CODES = frozenset({"412", "PreconditionFailed"})
# GetObject answers the first, CopyObject the second (S3 API reference, "Error responses").
ARCHIVED_CODES = frozenset({"InvalidObjectState", "ObjectNotInActiveTierError"})
# An object of SSE-C that is asked for without its key: S3 calls that an invalid request, and to
# HeadObject, whose answers have no body, it gives the status alone. The requests here hold nothing
# else that could be invalid.
_NEEDS_A_KEY_CODES = frozenset({"InvalidRequest", "400"})
_KMS_CODES = "KMS."  # a KMS key that is disabled or gone: KMS.DisabledException and others


class UploadedObject:
    """One version of one object under uploads/.

    The first read pins the version: without an announced ETag, whatever stands there then.
    """

    def __init__(self, s3: "S3Client", bucket: str, key: str, etag: str | None) -> None:
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
            ClientError: S3 did not give it for another reason.
        """
        condition: dict[str, Any] = {"IfMatch": f'"{self.etag}"'} if self.etag else {}
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=self._key, **condition)
        except ClientError as error:
            raise _rejection_for(error) from error
        self.etag = answer["ETag"].strip('"')
        self.size = answer["ContentLength"]
        return cast("IO[bytes]", answer["Body"])


def _rejection_for(error: ClientError) -> Exception:
    if error_code(error) in MISSING_CODES:
        return FileRejectedError("upload_missing")
    if error_code(error) in CHANGED_CODES:
        return FileRejectedError("superseded")
    if error_code(error) in ARCHIVED_CODES:
        storage_class = dict(error.response["Error"]).get("StorageClass", "")
        return FileRejectedError("archived", storage_class=storage_class)
    if lacks_key(error):
        return FileRejectedError("encrypted_with_own_key")
    return error


def lacks_key(error: ClientError) -> bool:
    """Tell whether S3 can't decrypt the object for us."""
    code = error_code(error)
    return code in _NEEDS_A_KEY_CODES or code.startswith(_KMS_CODES)
