"""Metadata that cannot be a header: LocalStack stores it, and then answers 500 or not at all.

A form (POST) can give an object metadata of any name and length, and a type with a line end in it.
S3 limits them when they are stored, and leaves invalid headers out of its answers. Sources:
S3 user guide, "Working with object metadata" (2 KB of names and values in UTF-8) and "POST object"
(20 KB of fields before the file); S3 API reference, "Error responses" and, for the number of what
is left out, "GetObject" (`x-amz-missing-meta`). What S3 does with a line end in a Content-Type is
not documented; here it becomes a space, as do other characters that a header cannot contain.
"""

import re
from collections.abc import Callable
from typing import Any

from localstack.aws.api import CommonServiceException
from localstack.aws.api.s3 import InvalidArgument, ServerSideEncryption

MAX_METADATA_BYTES = 2 * 1024
MAX_FORM_BYTES = 20 * 1024

_METADATA_FIELD = "x-amz-meta-"
_ENCRYPTION_FIELD = "x-amz-server-side-encryption"
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]*")
"""RFC 9110, "token"."""
_NOT_IN_A_HEADER = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
"""RFC 9110, "field-content"."""


def describe_in_headers(
    describe: Callable[..., Any], self: Any, context: Any, request: Any
) -> dict[str, Any]:
    """Answer GetObject and HeadObject with valid headers only."""
    answer: dict[str, Any] = describe(self, context, request)
    metadata = answer.get("Metadata") or {}
    legal = {name: value for name, value in metadata.items() if _NAME.fullmatch(name)}
    if len(legal) < len(metadata):
        answer["Metadata"] = legal
        answer["MissingMeta"] = len(metadata) - len(legal)
    for name, value in answer.items():
        if isinstance(value, str):
            answer[name] = _NOT_IN_A_HEADER.sub(" ", value)
    return answer


def store_within_limits(store: Callable[..., Any], self: Any, context: Any, request: Any) -> Any:
    """Refuse PutObject, CopyObject and CreateMultipartUpload with too much metadata."""
    _refuse_large_metadata(request.get("Metadata") or {})
    return store(self, context, request)


def post_within_limits(
    post: Callable[..., Any], self: Any, context: Any, *args: object, **kwargs: object
) -> Any:
    """Refuse a form whose fields are too long, or whose encryption does not exist."""
    form = context.request.form
    fields = {name: value for name, value in form.items() if name != "file"}
    if _size(fields) > MAX_FORM_BYTES:
        raise CommonServiceException(
            "MaxPostPreDataLengthExceededError",
            "Your POST request fields preceding the upload file were too large.",
        )
    _refuse_large_metadata(
        {
            name.removeprefix(_METADATA_FIELD): value
            for name, value in fields.items()
            if name.startswith(_METADATA_FIELD)
        }
    )
    encryption = fields.get(_ENCRYPTION_FIELD)
    if encryption and encryption not in set(ServerSideEncryption):
        raise InvalidArgument(
            "The encryption method specified is not supported",
            ArgumentName=_ENCRYPTION_FIELD,
            ArgumentValue=_NOT_IN_A_HEADER.sub(" ", encryption),
        )
    return post(self, context, *args, **kwargs)


def _refuse_large_metadata(metadata: dict[str, str]) -> None:
    size = _size(metadata)
    if size > MAX_METADATA_BYTES:
        raise CommonServiceException(
            "MetadataTooLarge",
            f"Your metadata headers exceed the maximum allowed metadata size of "
            f"{MAX_METADATA_BYTES} bytes: {size}.",
        )


def _size(pairs: dict[str, str]) -> int:
    return sum(len(name.encode()) + len(value.encode()) for name, value in pairs.items())
