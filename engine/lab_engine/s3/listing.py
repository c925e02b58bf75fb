"""Lists keys of any script page by page.

Where a client asks for keys as they are written in an URL, as boto3 always does, LocalStack also
compares them in that form when it looks for where the next page begins. But they are sorted in
their own: "%E0" comes before "a", and what it stands for after "z". So pages after the first begin
too early or lack keys; and one that would begin at a key beyond ASCII is answered with 500. S3
lists keys in the order of their UTF-8 bytes, which is the order of their characters.
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
"""The members of an answer that have the form the client asked for. Source: S3 API reference."""

ENCODED_IN_LISTS = {
    "CommonPrefixes": "Prefix",
    "Contents": "Key",
    "DeleteMarkers": "Key",
    "Uploads": "Key",
    "Versions": "Key",
}


def decode_continuation_token(token: str | None) -> str:
    """The key at which a page begins; LocalStack encodes it as UTF-8 and decodes it as ASCII."""
    return base64.b64decode(token, altchars=b"._").decode() if token else ""


def list_encoded(list_keys: Callable[..., Any], self: Any, context: Any, **request: Any) -> Any:
    """Have LocalStack list plain keys, and encode them in its answer."""
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
