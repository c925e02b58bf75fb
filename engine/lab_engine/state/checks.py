"""What a decoded state must be like before it may take the place of the present one.

The codec makes only listed classes, but their fields can hold anything. Some of it LocalStack uses
as the name of a folder or a file. A name that could lead out of its folder refuses the file.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from localstack.services.lambda_.invocation.lambda_models import (
    Function,
    HotReloadingCode,
    Layer,
    S3Code,
)
from localstack.services.s3.models import KeyStore, S3Bucket, S3Multipart, S3Part, VersionedKeyStore
from localstack.services.sqs.models import FifoQueue, StandardQueue
from localstack.services.stepfunctions.backend.execution import Execution

from lab_engine.state.codec import RefusedError
from lab_engine.state.objects import Place

_BUCKET = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.)){1,61}[A-Za-z0-9]")
_NAME = re.compile(r"[A-Za-z0-9_$-](?:[A-Za-z0-9_$-]|\.(?!\.)){0,254}")
_DIGEST = re.compile(r"[0-9a-f]{64}")

Trees = Mapping[str, Any]


def check_all(trees: Trees, names: Mapping[Place, str]) -> None:
    """Refuse a state in which something is not what LocalStack would have there.

    Args:
        trees: The decoded stores by service.
        names: The content's name at each place.

    Raises:
        RefusedError: Something is not; the message is one line.
    """
    for name, bucket in stored(trees["s3"], "buckets"):
        _check_bucket(name, bucket)
    for name, function in stored(trees["lambda"], "functions"):
        _check_function(name, function)
    for _name, layer in stored(trees["lambda"], "layers"):
        _of(Layer, layer, "a layer")
        for version in layer.layer_versions.values():
            _check_code(version.code)
    for name, queue in stored(trees["sqs"], "queues"):
        if type(queue) not in (StandardQueue, FifoQueue) or queue.name != name:
            raise RefusedError(f"{_shown(name)} is not a queue")
    for name, execution in stored(trees["stepfunctions"], "executions"):
        _of(Execution, execution, name)
    for place, digest in names.items():
        _check_place(place, digest)


def stored(tree: Mapping[str, Any], attribute: str) -> Iterator[tuple[str, Any]]:
    """Yield what a service's stores have under an attribute, in whatever scope it is."""
    for bundle in tree["stores"].values():
        for content in bundle["accounts"].values():
            scopes: Iterable[Mapping[str, Any]] = (content["global"], *content["regions"].values())
            for scope in scopes:
                for name in (attribute, f"attr_{attribute}"):
                    yield from scope.get(name, {}).items()


def _check_bucket(name: Any, bucket: Any) -> None:
    _of(S3Bucket, bucket, "a bucket")
    if bucket.name != name or not _matches(_BUCKET, name):
        raise RefusedError(f"{_shown(name)} is not the name of a bucket")
    if type(bucket.objects) not in (KeyStore, VersionedKeyStore):
        raise RefusedError(f"the objects of bucket {_shown(name)} are not in a store")
    for upload_id, upload in bucket.multiparts.items():
        _of(S3Multipart, upload, "an upload")
        if upload.id != upload_id or not _matches(_NAME, upload_id):
            raise RefusedError(f"{_shown(upload_id)} is not the id of an upload")
        for part in upload.parts.values():
            _of(S3Part, part, "a part of an upload")
            if not isinstance(part.part_number, int):
                raise RefusedError("the number of a part is not a number")


def _check_function(name: Any, function: Any) -> None:
    _of(Function, function, "a function")
    if function.function_name != name or not _matches(_NAME, name):
        raise RefusedError(f"{_shown(name)} is not the name of a function")
    for qualifier, version in function.versions.items():
        identity = version.id
        for each in (qualifier, identity.function_name, identity.region, identity.account):
            if not _matches(_NAME, each):
                raise RefusedError(f"{_shown(each)} is not part of a function's name")
        _check_code(version.config.code)
        for layer in version.config.layers:
            _check_code(layer.code)


def _check_code(code: Any) -> None:
    if code is None or type(code) is HotReloadingCode:
        return
    _of(S3Code, code, "the code of a function")
    if not _matches(_BUCKET, code.s3_bucket) or not _matches(_NAME, code.id):
        raise RefusedError(f"{_shown(code.id)} is not the id of a function's code")


def _check_place(place: Place, digest: Any) -> None:
    if not _matches(_DIGEST, digest):
        raise RefusedError(f"{_shown(digest)} is not the name of a content")
    if not _matches(_BUCKET, place.bucket):
        raise RefusedError(f"{_shown(place.bucket)} is not the name of a bucket")
    if place.upload is not None and not _matches(_NAME, place.upload):
        raise RefusedError(f"{_shown(place.upload)} is not the id of an upload")


def _of(cls: type, value: Any, what: str) -> None:
    if type(value) is not cls:
        raise RefusedError(f"{_shown(what)} is not a {cls.__name__}")


def _matches(pattern: re.Pattern[str], text: Any) -> bool:
    return isinstance(text, str) and pattern.fullmatch(text) is not None


def _shown(text: Any) -> str:
    return ascii(text if isinstance(text, str) else type(text).__name__)[:80]
