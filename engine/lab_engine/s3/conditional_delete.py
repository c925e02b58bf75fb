"""DeleteObject with If-Match: LocalStack answers 501, AWS deletes only an unchanged object.

Source: S3 user guide, "How to perform conditional deletes": 412 when the current object has another
ETag, 404 when there is none; `*` matches every object. Only the current version counts.
"""

import threading
from collections.abc import Callable
from typing import Any

from localstack.aws.api.s3 import NoSuchKey, PreconditionFailed
from localstack.services.s3.models import S3DeleteMarker

ANY_OBJECT = "*"

_changing = threading.RLock()
"""Held while an object is compared and deleted, and while one is put, so that none changes."""


def set_alone(set_object: Callable[..., None], self: Any, *args: object, **kwargs: object) -> None:
    """Store an object, but not during a conditional delete."""
    with _changing:
        set_object(self, *args, **kwargs)


def delete_if_matching(delete: Callable[..., Any], self: Any, context: Any, **request: Any) -> Any:
    """Delete an object only if it is the one that If-Match names."""
    etag = request.pop("if_match", None)
    if not etag:
        return delete(self, context, **request)
    _, bucket = self._get_cross_account_bucket(context, request["bucket"])
    with _changing:
        _require(bucket.objects.get(request["key"]), etag, request["key"])
        return delete(self, context, **request)


def _require(current: Any, etag: str, key: str) -> None:
    if current is None or isinstance(current, S3DeleteMarker):
        raise NoSuchKey("The specified key does not exist.", Key=key)
    if etag != ANY_OBJECT and current.etag.strip('"') != etag.strip('"'):
        raise PreconditionFailed(
            "At least one of the pre-conditions you specified did not hold", Condition="If-Match"
        )
