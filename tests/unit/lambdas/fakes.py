"""In-memory stand-ins for the four services, with the rules of theirs that the code leans on."""

import hashlib
import io
import itertools
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError, ConnectionClosedError, ResponseStreamingError


def client_error(code: str, operation: str, status: int = 400, **details: str) -> ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": code, **details},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, operation)


ARCHIVED = {
    "get_object": client_error("InvalidObjectState", "GetObject", 403, StorageClass="GLACIER"),
    "copy_object": client_error("ObjectNotInActiveTierError", "CopyObject", 403),
}
"""What S3 refuses of an object in an archive storage class; its head can be read."""

OWN_KEY = {
    "get_object": client_error("InvalidRequest", "GetObject"),
    "head_object": client_error("400", "HeadObject"),
    "copy_object": client_error("InvalidRequest", "CopyObject"),
}
"""What S3 refuses of an object of SSE-C to who does not send its key."""

KMS_KEY_DISABLED = {
    "get_object": client_error("KMS.DisabledException", "GetObject"),
    "copy_object": client_error("KMS.DisabledException", "CopyObject"),
}

_CLOSED = ConnectionClosedError(endpoint_url="https://s3.test")
MORE_HEADERS_THAN_ANY_CLIENT_READS = {"get_object": _CLOSED, "head_object": _CLOSED}
"""Python's http.client gives up at the 101st header; S3 takes hundreds of short metadata names."""

DENIED = {
    operation: client_error("AccessDenied", operation, 403)
    for operation in ("get_object", "head_object", "copy_object")
}
"""A bucket policy, for example, that keeps the pipeline from one object."""


class Faults:
    """Makes the next calls of an operation fail: `faults.add("put_object", error)`."""

    def __init__(self) -> None:
        self._planned: dict[str, list[Exception]] = {}

    def add(self, operation: str, *errors: Exception) -> None:
        self._planned.setdefault(operation, []).extend(errors)

    def strike(self, operation: str) -> None:
        if self._planned.get(operation):
            raise self._planned[operation].pop(0)


@dataclass
class StoredObject:
    body: bytes
    content_type: str = "binary/octet-stream"
    metadata: dict[str, str] = field(default_factory=dict)
    refusals: Mapping[str, Exception] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        return hashlib.md5(self.body, usedforsecurity=False).hexdigest()


class BrokenBody(io.BytesIO):
    """A body whose connection breaks off: at the first read that would go beyond so many bytes."""

    def __init__(self, body: bytes, breaks_after: int) -> None:
        super().__init__(body)
        self._breaks_after = breaks_after

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() + (size or 0) > self._breaks_after:
            raise ResponseStreamingError(error="reset by peer")
        return super().read(size)


class FakeS3:
    """One S3 account; keys are held to 1,024 bytes, metadata to ASCII, parts to 5 MiB.

    Attributes:
        breaks: after how many bytes the bodies of the next GetObjects break off.
    """

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], StoredObject] = {}
        self.multiparts: dict[str, dict[int, bytes]] = {}
        self._multipart_keys: dict[str, tuple[str, str]] = {}
        self._multipart_types: dict[str, str] = {}
        self.calls: list[str] = []
        self.breaks: list[int] = []
        self.faults = Faults()
        self._ids = itertools.count(1)

    def put(
        self,
        bucket: str,
        key: str,
        body: bytes,
        content_type: str = "text/csv",
        refusals: Mapping[str, Exception] | None = None,
    ) -> str:
        """Store an object; `refusals` are what S3 always answers to an operation on it."""
        self.objects[bucket, key] = StoredObject(body, content_type, refusals=refusals or {})
        return self.objects[bucket, key].etag

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        return sorted(k for b, k in self.objects if b == bucket and k.startswith(prefix))

    def _called(self, operation: str) -> None:
        self.calls.append(operation)
        self.faults.strike(operation)

    def _existing(self, bucket: str, key: str, operation: str) -> StoredObject:
        try:
            found = self.objects[bucket, key]
        except KeyError:
            code = "404" if operation == "HeadObject" else "NoSuchKey"
            raise client_error(code, operation, 404) from None
        name = operation.replace("Object", "_object").lower()
        if name in found.refusals:
            raise found.refusals[name]
        return found

    def get_object(
        self,
        *,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        IfMatch: str | None = None,  # noqa: N803
        Range: str = "bytes=0-",  # noqa: N803
    ) -> dict[str, Any]:
        self._called("get_object")
        found = self._existing(Bucket, Key, "GetObject")
        if IfMatch and IfMatch != f'"{found.etag}"':
            raise client_error("PreconditionFailed", "GetObject", 412)
        first = int(Range.removeprefix("bytes=").removesuffix("-"))
        if first and first >= len(found.body):
            raise client_error("InvalidRange", "GetObject", 416)
        body = found.body[first:]
        return {
            "Body": BrokenBody(body, self.breaks.pop(0)) if self.breaks else io.BytesIO(body),
            "ETag": f'"{found.etag}"',
            "ContentLength": len(body),
            "ContentType": found.content_type,
        }

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        self._called("head_object")
        found = self._existing(Bucket, Key, "HeadObject")
        return {
            "ETag": f'"{found.etag}"',
            "ContentLength": len(found.body),
            "ContentType": found.content_type,
            "Metadata": found.metadata,
        }

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str) -> dict[str, Any]:  # noqa: N803
        self._called("put_object")
        assert len(Key.encode()) <= 1024, f"key too long: {Key}"
        self.objects[Bucket, Key] = StoredObject(bytes(Body), ContentType)
        return {"ETag": f'"{self.objects[Bucket, Key].etag}"'}

    def copy_object(  # noqa: PLR0913
        self,
        *,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        CopySource: dict[str, str],  # noqa: N803
        CopySourceIfMatch: str,  # noqa: N803
        MetadataDirective: str,  # noqa: N803
        ContentType: str,  # noqa: N803
        Metadata: dict[str, str],  # noqa: N803
    ) -> dict[str, Any]:
        self._called("copy_object")
        assert MetadataDirective == "REPLACE"
        assert len(Key.encode()) <= 1024, f"key too long: {Key}"
        assert all(value.isascii() for value in Metadata.values()), Metadata
        assert sum(len(n) + len(v) for n, v in Metadata.items()) <= 2048
        source = self._existing(CopySource["Bucket"], CopySource["Key"], "CopyObject")
        if CopySourceIfMatch != f'"{source.etag}"':
            raise client_error("PreconditionFailed", "CopyObject", 412)
        self.objects[Bucket, Key] = StoredObject(source.body, ContentType, Metadata)
        return {}

    def delete_object(self, *, Bucket: str, Key: str, IfMatch: str | None = None) -> dict[str, Any]:  # noqa: N803
        self._called("delete_object")
        if IfMatch:
            found = self._existing(Bucket, Key, "DeleteObject")
            if IfMatch != f'"{found.etag}"':
                raise client_error("PreconditionFailed", "DeleteObject", 412)
        self.objects.pop((Bucket, Key), None)
        return {}

    def create_multipart_upload(self, *, Bucket: str, Key: str, ContentType: str) -> dict[str, Any]:  # noqa: N803
        self._called("create_multipart_upload")
        upload_id = f"upload-{next(self._ids)}"
        self._multipart_keys[upload_id] = Bucket, Key
        self.multiparts[upload_id] = {}
        self._multipart_types[upload_id] = ContentType
        return {"UploadId": upload_id}

    def upload_part(
        self,
        *,
        Bucket: str,  # noqa: N803, ARG002
        Key: str,  # noqa: N803, ARG002
        UploadId: str,  # noqa: N803
        PartNumber: int,  # noqa: N803
        Body: bytes,  # noqa: N803
    ) -> dict[str, Any]:
        self._called("upload_part")
        self.multiparts[UploadId][PartNumber] = bytes(Body)
        return {"ETag": f'"part-{PartNumber}"'}

    def complete_multipart_upload(
        self,
        *,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        UploadId: str,  # noqa: N803
        MultipartUpload: dict[str, Any],  # noqa: N803
    ) -> dict[str, Any]:
        self._called("complete_multipart_upload")
        parts = self.multiparts.pop(UploadId)
        numbers = [part["PartNumber"] for part in MultipartUpload["Parts"]]
        assert numbers == sorted(parts), "parts must be listed in order, all of them"
        assert all(
            part["ETag"] == f'"part-{part["PartNumber"]}"' for part in MultipartUpload["Parts"]
        )
        for number in numbers[:-1]:
            assert len(parts[number]) >= 5 * 1024 * 1024, f"part {number} is too small"
        body = b"".join(parts[number] for number in numbers)
        self.objects[Bucket, Key] = StoredObject(body, self._multipart_types[UploadId])
        return {}

    def list_multipart_uploads(self, *, Bucket: str, Prefix: str) -> dict[str, Any]:  # noqa: N803
        self._called("list_multipart_uploads")
        uploads = [
            {"Key": key, "UploadId": upload_id}
            for upload_id, (bucket, key) in self._multipart_keys.items()
            if upload_id in self.multiparts and bucket == Bucket and key.startswith(Prefix)
        ]
        return {"Uploads": uploads} if uploads else {}

    def abort_multipart_upload(self, *, Bucket: str, Key: str, UploadId: str) -> dict[str, Any]:  # noqa: N803, ARG002
        self._called("abort_multipart_upload")
        self.multiparts.pop(UploadId, None)
        return {}


class FakeSqs:
    """Keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.faults = Faults()

    def send_message(self, **message: Any) -> dict[str, Any]:
        self.faults.strike("send_message")
        self.sent.append(message)
        return {"MessageId": f"message-{len(self.sent)}"}


class FakeSns:
    """Keeps what was published; subjects are held to SNS's rules."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []
        self.faults = Faults()

    def publish(self, **message: Any) -> dict[str, Any]:
        self.faults.strike("publish")
        assert 0 < len(message["Subject"]) < 100
        # SNS API reference, Publish: no line breaks, no control characters.
        assert not {"Cc", "Zl", "Zp"}.intersection(map(unicodedata.category, message["Subject"]))
        self.published.append(message)
        return {"MessageId": f"mail-{len(self.published)}"}


class FakeStepFunctions:
    """Keeps what was started; a name is accepted once."""

    class exceptions:  # noqa: N801 - named as the client names it
        class ExecutionAlreadyExists(ClientError):  # noqa: N818
            pass

    def __init__(self) -> None:
        self.started: dict[str, str] = {}
        self.faults = Faults()

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> dict[str, Any]:  # noqa: A002, N803
        self.faults.strike("start_execution")
        assert len(name) <= 80
        if name in self.started:
            raise self.exceptions.ExecutionAlreadyExists(
                {"Error": {"Code": "ExecutionAlreadyExists", "Message": name}}, "StartExecution"
            )
        self.started[name] = input
        return {"executionArn": f"{stateMachineArn}:{name}"}
