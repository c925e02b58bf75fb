"""The bytes of S3's objects and of unfinished uploads: each content once, named by its hash.

LocalStack keeps small ones in memory and larger ones in deleted files that are still open. Neither
is in a store, so the stores say which there are, and this module reads them.
"""

import contextlib
import copy
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, NamedTuple

from localstack.services.plugins import SERVICE_PLUGINS
from localstack.services.s3.models import KeyStore, S3DeleteMarker, S3Object, s3_stores
from localstack.services.s3.storage.ephemeral import (
    S3_MAX_FILE_SIZE_BYTES,
    LockedSpooledTemporaryFile,
)

from lab_engine.state.codec import KIND, MARKS, CannotEncodeError, StateEncoder, name_of
from lab_engine.state.instant import BusyError

_PIECE_BYTES = 1 << 20
_DIGEST = "lab_digest"
"""The attribute of LocalStack's file that has the hash of its content, and when it was that."""

Opener = Callable[[str], bytes]
"""Returns the content with a name."""
Finder = Callable[[str], Path | None]
"""Returns the file that has the content with a name, and nothing else; None if there is none."""


class BusyFileError(BusyError):
    """An object is being written at this instant."""


class Place(NamedTuple):
    """Where a content belongs.

    Attributes:
        bucket: Its bucket.
        key: Its key.
        version: The version; None without versioning.
        upload: The upload that it is a part of; None for an object.
        part: The number of the part.
    """

    bucket: str
    key: str
    version: str | None
    upload: str | None = None
    part: int | None = None


@dataclass
class Content:
    """The bytes at a place, as they are at the instant of saving.

    Attributes:
        place: Where it belongs.
        file: LocalStack's file.
        changed: When it was written last, in nanoseconds.
        digest: The hash; empty if it is not known yet.
        data: The bytes, if they are in memory.
        is_large: They are on disk.
        large: The open file; None if the hash is known, so that the bytes are hardly needed.
    """

    place: Place
    file: Any
    changed: int
    digest: str = ""
    data: bytes = b""
    is_large: bool = False
    large: "LargeFile | None" = None

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes.

        Raises:
            BusyFileError: A large file, whose hash was known and which was not opened before, was
                written since.
        """
        if self.large:
            yield from self.large.pieces()
        elif not self.is_large:
            yield self.data
        else:
            opened = LargeFile(self.file)
            try:
                if self.file.internal_last_modified != self.changed:
                    raise BusyFileError("an object was written meanwhile")
                yield from opened.pieces()
            finally:
                opened.close()

    def name(self, digest: str) -> None:
        """Note the hash, so that this content is not read at the next save."""
        self.digest = digest
        setattr(self.file, _DIGEST, (self.changed, digest))


class LargeFile:
    """A content on disk, held open and protected from being written.

    Args:
        file: LocalStack's file.

    Raises:
        BusyFileError: It is being written.
    """

    def __init__(self, file: Any) -> None:
        self._reader = file.readwrite_lock.gen_rlock()
        if not self._reader.acquire(blocking=False):
            raise BusyFileError("the writing of an object")
        self._handle = os.dup(file._file.fileno())

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes. The position in the file, which LocalStack uses, does not move."""
        at = 0
        while piece := os.pread(self._handle, _PIECE_BYTES, at):
            yield piece
            at += len(piece)

    def close(self) -> None:
        """Let LocalStack write the file again."""
        os.close(self._handle)
        self._reader.release()


class Contents:
    """The contents of all objects and parts.

    They are looked up before the instant of saving: there are thousands, and opening a large one
    lets other threads run, which cannot be at that instant.

    Args:
        backend: The storage.
    """

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self._prepared: dict[int, tuple[Any, Content]] = {}  # with its object: ids are used again

    def prepare(self) -> None:
        """Look up those that are new, or were written since, and open what is on disk.

        Raises:
            BusyFileError: One is being written.
        """
        for each, bucket, upload in _with_content():
            content = self._content(each, bucket, upload, LargeFile)
            if content:
                self._prepared[id(each)] = each, content

    def take(self) -> list[Content]:
        """Return all contents, without reading any.

        Raises:
            BusyFileError: A large object was written since the last `prepare`.
        """
        found = (self._content(*each, _not_opened) for each in _with_content())
        return [content for content in found if content]

    def _content(
        self, each: Any, bucket: Any, upload: Any, open_file: Callable[[Any], LargeFile]
    ) -> Content | None:
        _, prepared = self._prepared.get(id(each), (None, None))
        if prepared and prepared.file.internal_last_modified == prepared.changed:
            return prepared
        file = _file_of(self._backend, each, bucket, upload)
        if file is None:
            return None
        place = _place_of(each, bucket, upload)
        changed, digest = file.internal_last_modified, _known_digest(file)
        if not file._rolled:
            return Content(place, file, changed, digest, data=file._file.getvalue())
        large = None if digest else open_file(file)
        return Content(place, file, changed, digest, is_large=True, large=large)

    def close(self) -> None:
        """Let LocalStack write all files again."""
        for _, content in self._prepared.values():
            if content.large:
                content.large.close()
        self._prepared.clear()


def _not_opened(_file: Any) -> LargeFile:
    raise BusyFileError("an object was written meanwhile")


_TREE = "lab_tree"
"""The attribute of LocalStack's object that has its JSON, and the fields from which it was made."""


def _fields(each: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(each).items() if name != _TREE}


def _tree_of(each: Any) -> dict[str, Any]:
    """Return the JSON that describes an object: made once, and anew when something changed."""
    made_from, known = vars(each).get(_TREE, (None, {}))
    fields = _fields(each)
    if made_from == fields:
        return dict(known)
    tree = StateEncoder(rules={S3Object: _fields}, shares=False).encode(each, each.key)
    # What may be changed in place is copied.
    made_from = {k: copy.deepcopy(v) if isinstance(v, dict) else v for k, v in fields.items()}
    setattr(each, _TREE, (made_from, tree))
    return dict(tree)


_KNOWN = "lab_trees"
"""The field of LocalStack's store of a bucket's objects that has their JSON."""


class _Trees:
    """The JSON of a bucket's objects, by key, and the fields from which each was made."""

    def __init__(self) -> None:
        self.nodes: dict[str, Any] = {}
        self._made_from: dict[str, dict[str, Any]] = {}

    def update(self, stored: dict[str, Any]) -> None:
        """Make it anew for the objects that have changed, and forget those that are gone."""
        for key, each in stored.items():
            if self._made_from.get(key) != vars(each):
                self.nodes[key] = StateEncoder(shares=False).encode(each, key)
                # What may be changed in place is copied.
                self._made_from[key] = {
                    name: copy.deepcopy(value) if isinstance(value, dict) else value
                    for name, value in vars(each).items()
                }
        if len(self.nodes) != len(stored):
            for key in self.nodes.keys() - stored.keys():
                del self.nodes[key], self._made_from[key]


def _tree_of_store(store: Any) -> dict[str, Any]:
    """Return the JSON of a bucket's objects, made anew only for those that have changed."""
    trees = vars(store).setdefault(_KNOWN, _Trees())
    trees.update(store._store)
    nodes = trees.nodes
    marked = nodes if nodes.keys().isdisjoint(MARKS) else {KIND: "dict", "i": list(nodes.items())}
    return {KIND: name_of(type(store)), "f": {"_store": marked}}


TREES = {S3Object: _tree_of, KeyStore: _tree_of_store}
"""For the codec: there can be thousands of objects."""


def prepare() -> None:
    """Make the JSON of the objects that have changed, while other threads run."""
    for bucket in _buckets():
        if type(bucket.objects) is KeyStore:
            with contextlib.suppress(CannotEncodeError, RuntimeError):  # seen at the instant, too
                _tree_of_store(bucket.objects)


def storage() -> Any:
    """Return what keeps the bytes for LocalStack's S3."""
    return SERVICE_PLUGINS.require("s3")._provider._storage_backend


def _known_digest(file: Any) -> str:
    changed, digest = getattr(file, _DIGEST, (None, ""))
    return str(digest) if changed == file.internal_last_modified else ""


def _with_content() -> Iterator[tuple[Any, Any, Any]]:
    """Yield what may have a content: each object and part with its bucket and its upload."""
    for bucket in _buckets():
        for each in _objects(bucket):
            yield each, bucket, None
        for upload in list(bucket.multiparts.values()):
            for part in list(upload.parts.values()):
                yield part, bucket, upload


def _file_of(backend: Any, each: Any, bucket: Any, upload: Any) -> Any:
    """Return LocalStack's file of an object or a part; None if there is none."""
    if upload is None:
        return backend._get_object_file(bucket.name, backend._key_from_s3_object(each))
    stored = backend._get_multipart(bucket.name, upload.id)
    return stored.parts.get(each.part_number) if stored else None


def _place_of(each: Any, bucket: Any, upload: Any) -> Place:
    if upload is None:
        return Place(bucket.name, each.key, each.version_id)
    return Place(bucket.name, upload.object.key, None, upload.id, int(each.part_number))


def _buckets() -> list[Any]:
    """Return the buckets of all accounts. LocalStack keeps an account's for all regions at once."""
    return [
        bucket
        for regions in list(s3_stores.values())
        for bucket in list(regions._global.get("buckets", {}).values())
    ]


def _objects(bucket: Any) -> Iterator[Any]:
    for each in bucket.objects.values(with_versions=True):
        if not isinstance(each, S3DeleteMarker):
            yield each


def index(contents: Iterable[Content]) -> list[list[Any]]:
    """Return what a state says of the contents: the place of each, and the name of its bytes."""
    return [[*each.place, each.digest] for each in contents]


def read_index(written: Any) -> dict[Place, str]:
    """Return the name of the content at each place.

    Raises:
        ValueError, TypeError: It is not as `index` makes it.
    """
    return {Place(*place): digest for *place, digest in written}


def digest_of(pieces: Iterable[bytes]) -> str:
    """Return the name of a content: its SHA-256."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def put_back(names: Mapping[Place, str], read: Opener, path_of: Finder) -> None:
    """Give the objects of the stores, which are there already, their bytes.

    Args:
        names: The content's name at each place.
        read: Returns a content by its name.
        path_of: Returns the file that has a content.
    """
    backend = storage()
    backend.reset()
    backend._filesystem.clear()
    for bucket in _buckets():
        backend.create_bucket(bucket.name)
        folder = Path(backend.root_directory, bucket.name)
        keys = backend._filesystem[bucket.name]["keys"]
        for each in _objects(bucket):
            if name := names.get(_place_of(each, bucket, None)):
                key = backend._key_from_s3_object(each)
                keys[key] = _stored(each, name, read, path_of(name), folder)
        for upload in bucket.multiparts.values():
            stored = backend.get_multipart(bucket.name, upload)
            for part in upload.parts.values():
                if name := names.get(_place_of(part, bucket, upload)):
                    folder = Path(stored.upload_dir)
                    file = _stored(part, name, read, path_of(name), folder)
                    stored.parts[part.part_number] = file


def _stored(described: Any, name: str, read: Opener, path: Path | None, folder: Path) -> Any:
    """Return LocalStack's file of an object or a part, as writing it would leave it."""
    if path and path.stat().st_size > S3_MAX_FILE_SIZE_BYTES:
        file: Any = KeptFile(path, folder)
    else:
        file = LockedSpooledTemporaryFile(dir=folder, max_size=S3_MAX_FILE_SIZE_BYTES)
        file.write(read(name))
        file.seek(0)
    file.internal_last_modified = getattr(described, "internal_last_modified", 0)
    setattr(file, _DIGEST, (file.internal_last_modified, name))
    return file


class KeptFile(LockedSpooledTemporaryFile):  # type: ignore[misc]
    """The file of a large object that came back: the state's own, until it is written.

    Args:
        path: The file in the state's folder, which is never written. It may be deleted.
        folder: Where the object's own file is made when it is written.
    """

    _file: Any

    def __init__(self, path: Path, folder: Path) -> None:
        super().__init__(dir=folder, max_size=S3_MAX_FILE_SIZE_BYTES)
        self._file.close()
        self._file = path.open("rb")
        self._rolled = True
        self._is_kept = True

    def truncate(self, size: int | None = None) -> int:
        """Make the file shorter; it becomes the object's own."""
        length = self.tell() if size is None else size
        self._become_own(length)
        return int(super().truncate(size))

    def write(self, data: bytes) -> int:
        """Write bytes; the file becomes the object's own."""
        self._become_own(None)
        return int(super().write(data))

    def _become_own(self, length: int | None) -> None:
        if not self._is_kept:
            return
        self._is_kept = False
        with self._file as kept:
            position = kept.tell()
            self._file = TemporaryFile(dir=self._TemporaryFileArgs["dir"])  # noqa: SIM115 - LocalStack closes it
            if length != 0:
                kept.seek(0)
                shutil.copyfileobj(kept, self._file, _PIECE_BYTES)
            self._file.seek(position)
