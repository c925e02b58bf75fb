"""The file of a state: a zip of JSON, and of the contents of S3's objects.

    manifest.json         what it is, by whom it was made, and what is in it, for people
    services/<name>.json  the stores of a service
    plugin.json           what the plugin keeps, and what was on its way
    objects.json          which content belongs to which object
    metrics.json          CloudWatch's data points
    objects/<sha-256>     the contents, and parts of the JSON that never change again

The automatic state has its contents in a folder beside it instead, so that each is written once.
Such a file replaces its predecessor in one step: at any time there is a whole one.
"""

import contextlib
import hashlib
import os
import re
import shutil
import threading
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from lab_engine.startup import SUPPORTED_LOCALSTACK
from lab_engine.state.codec import RefusedError, read_json, write_json
from lab_engine.state.objects import BusyFileError, digest_of
from lab_engine.state.services import SERVICES

FORMAT = 3
MANIFEST, PLUGIN, OBJECTS, METRICS = "manifest.json", "plugin.json", "objects.json", "metrics.json"
PARTS = (PLUGIN, OBJECTS, METRICS, *(f"services/{name}.json" for name in SERVICES))

MOST_ENTRIES = 200_000
MOST_JSON_BYTES = 1 << 30
"""Of all JSON, unpacked."""
MOST_CONTENT_BYTES = 8 << 30
"""Of all contents, unpacked."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CONTENT = re.compile(r"objects/[0-9a-f]{64}")
_READERS = 2
_COMPRESSION = 1
"""The fastest level of deflate."""

State = dict[str, Any]


class NamedContent(Protocol):
    """Bytes that a state has beside its JSON: of an object of S3, or a part that never changes.

    Attributes:
        digest: Its name, which is its SHA-256; empty if that is not known yet.
    """

    digest: str

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes."""
        ...

    def name(self, digest: str) -> None:
        """Note the name."""
        ...


@dataclass
class Snapshot:
    """A state on its way to a file.

    Attributes:
        manifest: What it is.
        parts: JSON by the name in the file.
        contents: What is written beside the JSON, each once.
    """

    manifest: State
    parts: dict[str, Any]
    contents: list[NamedContent]


# -- writing ------------------------------------------------------------------------------


def write_whole(snapshot: Snapshot, file: IO[bytes]) -> None:
    """Write one file that needs nothing else, with readable JSON."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as packed:
        _write_parts(packed, snapshot, indent=1)
        written = set()
        for content in snapshot.contents:
            if content.digest not in written:
                written.add(content.digest)
                with packed.open(f"objects/{content.digest}", "w", force_zip64=True) as entry:
                    _copy(content, entry)


def _write_parts(packed: zipfile.ZipFile, snapshot: Snapshot, indent: int | None) -> None:
    for name, tree in {MANIFEST: snapshot.manifest, **snapshot.parts}.items():
        packed.writestr(name, write_json(tree, indent))


class Folder:
    """Where the automatic state is.

    Args:
        path: The folder; it is made with the first save.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._contents = path / "objects"
        self.file = path / "cloud.lab"

    def write(self, snapshot: Snapshot) -> int:
        """Replace the state in one step.

        Returns:
            The size of the file in bytes, without contents.
        """
        self._contents.mkdir(parents=True, exist_ok=True)
        there = {each.name for each in self._contents.iterdir()}
        needed = {content.digest: content for content in snapshot.contents}
        self._write_contents([needed[name] for name in needed.keys() - there])
        draft = self.file.with_suffix(".draft")
        with (
            draft.open("wb") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as packed,
        ):
            _write_parts(packed, snapshot, indent=None)
        _to_disk(draft)
        size = draft.stat().st_size
        draft.replace(self.file)
        _to_disk(self._path)
        self._forget(there - needed.keys())
        return size

    def _write_contents(self, contents: Sequence[NamedContent]) -> None:
        """Write contents so that each is there as a whole or not at all."""
        drafts = {self._contents / f".{each.digest}": each for each in contents}
        for path, content in drafts.items():
            with path.open("wb") as file:
                _copy(content, file)
        for path in drafts:
            _to_disk(path)
        for path, content in drafts.items():
            path.replace(self._contents / content.digest)
        if drafts:
            _to_disk(self._contents)

    def content(self, name: str) -> bytes:
        """Return a content by its name.

        Raises:
            RefusedError: It is not there, or damaged.
        """
        try:
            data = self.path_of(name).read_bytes()
        except FileNotFoundError:
            raise missing(name) from None
        return _intact(name, data)

    def path_of(self, name: str) -> Path:
        """Return the file that has a content, or would have it.

        Raises:
            RefusedError: It cannot be the name of one.
        """
        if not _DIGEST.fullmatch(name):
            raise RefusedError(f"{name[:80]!a} is not the name of a content")
        return self._contents / name

    def discard(self) -> None:
        """Delete the state, also what was set aside.

        The file goes first: without it there is no state, and one without its contents is damaged.
        """
        with contextlib.suppress(OSError):
            self.file.unlink()
        shutil.rmtree(self._path, ignore_errors=True)

    def set_aside(self) -> Path:
        """Move a file that cannot be read out of the way, and return where it is."""
        number = 1
        while (target := self.file.with_suffix(f".damaged-{number}")).exists():
            number += 1
        return self.file.replace(target)

    def _forget(self, names: set[str]) -> None:
        """Delete contents that are not needed any more."""
        if any(self._path.glob("*.damaged-*")):  # it may need what this state does not
            return
        for name in names:
            (self._contents / name).unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    """Wait until a file, or which files a folder has, would outlast a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _copy(content: NamedContent, target: IO[bytes]) -> None:
    digest = hashlib.sha256()
    for piece in content.pieces():
        digest.update(piece)
        target.write(piece)
    if digest.hexdigest() != content.digest:
        raise BusyFileError(f"the content {content.digest[:12]} has changed meanwhile")


# -- reading ------------------------------------------------------------------------------


@dataclass
class Saved:
    """A state that was read, as JSON.

    Attributes:
        manifest: What it is.
        parts: JSON by the name in the file.
        content: Returns a content by its name.
        path_of: Returns the file that has a content, and nothing else; None if there is none.
        stays: Its contents stay where they are, so that the next save need not write them.
    """

    manifest: State
    parts: Mapping[str, Any]
    content: Callable[[str], bytes]
    path_of: Callable[[str], Path | None]
    stays: bool

    def verify(self, names: Collection[str], *, keep: int = -1) -> dict[str, bytes]:
        """Make sure that contents are there as they were saved.

        Args:
            names: Their names.
            keep: Return those that have at most so many bytes, so that nobody reads them again.

        Raises:
            RefusedError: One is missing or damaged.
        """
        listed = sorted(names)
        shares = [listed[first::_READERS] for first in range(_READERS)]
        kept: dict[str, bytes] = {}
        with ThreadPoolExecutor(_READERS) as readers:  # hashing lets other threads run
            for share in readers.map(self._verified, shares, [keep] * _READERS):
                kept |= share
        return kept

    def _verified(self, names: Iterable[str], keep: int) -> dict[str, bytes]:
        kept = {}
        for name in names:
            path = self.path_of(name)
            try:
                if path and path.stat().st_size > keep:
                    _verify_file(path, name)
                    continue
            except FileNotFoundError:
                raise missing(name) from None
            data = self.content(name)
            if len(data) <= keep:
                kept[name] = data
        return kept


def _verify_file(path: Path, name: str) -> None:
    with path.open("rb") as file:
        if hashlib.file_digest(file, hashlib.sha256).hexdigest() != name:
            raise damaged(name)


def missing(name: str) -> RefusedError:
    """Return the error for a content that is not there."""
    return RefusedError(f"the content {name[:12]} is missing")


def damaged(name: str) -> RefusedError:
    """Return the error for a content that is not what it was."""
    return RefusedError(f"the content {name[:12]} is damaged")


def read_folder(folder: Folder) -> Saved:
    """Read the automatic state.

    Raises:
        RefusedError: It is damaged, or made by another version.
    """
    with _opened(folder.file) as packed:
        return _read(packed, folder.content, folder.path_of, stays=True)


@contextmanager
def read_whole(path: Path) -> Iterator[Saved]:
    """Read a file that needs nothing else. It is open until the end of the block.

    Raises:
        RefusedError: It is not a state of this version, or holds something else.
    """
    with _opened(path) as packed:
        # Python skips an entry's extra field from where any thread has read last.
        reading = threading.Lock()

        def content(name: str) -> bytes:
            try:
                with reading:
                    data = packed.read(f"objects/{name}")
                return _intact(name, data)
            except KeyError:
                raise missing(name) from None
            except _DAMAGED as error:
                raise _refusal(error) from error

        yield _read(packed, content, lambda _: None, stays=False)


_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What reading a zip that was cut off or changed can raise."""


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except _DAMAGED as error:
        raise _refusal(error) from error


def _refusal(error: Exception) -> RefusedError:
    """Return the error for a file that cannot be read."""
    if isinstance(error, RefusedError):
        return error
    return RefusedError(f"the file is damaged ({str(error)[:100]!a})")


def _read(
    packed: zipfile.ZipFile,
    content: Callable[[str], bytes],
    path_of: Callable[[str], Path | None],
    *,
    stays: bool,
) -> Saved:
    try:
        _check_entries(packed)
        manifest = _json(packed, MANIFEST)
        _check_version(manifest)
        absent = set(PARTS) - set(packed.namelist())
        if absent:
            raise RefusedError(f"it has no {min(absent)}")
        parts = {name: _json(packed, name) for name in PARTS}
    except _DAMAGED as error:
        raise _refusal(error) from error
    return Saved(manifest, parts, content, path_of, stays)


def _check_entries(packed: zipfile.ZipFile) -> None:
    entries = packed.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_ENTRIES or len(set(names)) != len(names):
        raise RefusedError("it has too many entries, or two with one name")
    if MANIFEST not in names:
        raise RefusedError("it is not a state of the lab: it has no manifest.json")
    json_bytes = content_bytes = 0
    for entry in entries:
        if entry.filename == MANIFEST or entry.filename in PARTS:
            json_bytes += entry.file_size
        elif _CONTENT.fullmatch(entry.filename):
            content_bytes += entry.file_size
        else:
            raise RefusedError(f"{entry.filename[:80]!a} may not be in it")
    if json_bytes > MOST_JSON_BYTES or content_bytes > MOST_CONTENT_BYTES:
        raise RefusedError("it unpacks too large")


def _json(packed: zipfile.ZipFile, name: str) -> Any:
    try:
        return read_json(packed.read(name))
    except RecursionError:
        raise RefusedError(f"{name} is nested too deeply") from None
    except ValueError:
        raise RefusedError(f"{name} is not JSON") from None


def _check_version(manifest: Any) -> None:
    if not isinstance(manifest, dict) or "format" not in manifest:
        raise RefusedError("it is not a state of the lab: its manifest is another one")
    made_by = (manifest.get("format"), manifest.get("localstack"))
    if made_by != (FORMAT, SUPPORTED_LOCALSTACK):
        shown = ascii(f"{made_by[0]} and LocalStack {made_by[1]}"[:60])
        raise RefusedError(
            f"another version made it (format {shown}); this lab reads format {FORMAT} of "
            f"LocalStack {SUPPORTED_LOCALSTACK}"
        )


def _intact(name: str, data: bytes) -> bytes:
    if digest_of([data]) != name:
        raise damaged(name)
    return data
