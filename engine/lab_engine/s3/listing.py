"""List keys in any script, page by page.

If a client asks for URL-encoded keys, as boto3 always does, LocalStack compares the encoded keys to
find the start of the next page. But keys are sorted unencoded: "%E0" comes before "a", the
character it encodes after "z". So later pages begin too early or lack keys, and a page that would
begin at a non-ASCII key is answered with 500. S3 lists keys in the order of their UTF-8 bytes,
which is the order of their characters.
"""

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from localstack.aws.api.s3 import EncodingType

OPERATIONS = ("list_objects", "list_objects_v2", "list_object_versions", "list_multipart_uploads")

ENCODED = (
    "Delimiter",
    "KeyMarker",
    "Marker",
    "NextKeyMarker",
    "NextMarker",
    "Prefix",
    "StartAfter",
)
"""The members of an answer that are encoded if the client asks for it (S3 API reference)."""

ENCODED_IN_LISTS = {
    "CommonPrefixes": "Prefix",
    "Contents": "Key",
    "DeleteMarkers": "Key",
    "Uploads": "Key",
    "Versions": "Key",
}


def decode_continuation_token(token: str | None) -> str:
    """Return the key at which a page begins; LocalStack decodes it as ASCII, not as UTF-8."""
    return base64.b64decode(token, altchars=b"._").decode() if token else ""


def list_encoded(list_keys: Callable[..., Any], self: Any, context: Any, **request: Any) -> Any:
    """Let LocalStack list plain keys, and encode them in its answer."""
    if request.get("encoding_type") != EncodingType.url:
        return list_keys(self, context, **request)
    answer = list_keys(self, context, **{**request, "encoding_type": None})
    for name in ENCODED:
        if name in answer:
            answer[name] = quote(answer[name])
    for members, name in ENCODED_IN_LISTS.items():
        for member in answer.get(members, ()):
            member[name] = quote(member[name])
    answer["EncodingType"] = EncodingType.url
    return answer
