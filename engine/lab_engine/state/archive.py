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

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from lab_engine.startup import SUPPORTED_LOCALSTACK
from lab_engine.state.codec import RefusedError, Sealed
from lab_engine.state.objects import BusyFileError, Content, digest_of
from lab_engine.state.services import SERVICES

FORMAT = 1
MANIFEST, PLUGIN, OBJECTS, METRICS = "manifest.json", "plugin.json", "objects.json", "metrics.json"
PARTS = (PLUGIN, OBJECTS, METRICS, *(f"services/{name}.json" for name in SERVICES))

MOST_ENTRIES = 200_000
MOST_JSON_BYTES = 1 << 30
"""Of all JSON, unpacked."""
MOST_CONTENT_BYTES = 8 << 30
"""Of all contents, unpacked."""

_CONTENT = re.compile(r"objects/([0-9a-f]{64})")
_COMPRESSION = 1
"""The fastest level of deflate."""

State = dict[str, Any]


@dataclass
class Snapshot:
    """A state on its way to a file.

    Attributes:
        manifest: What it is.
        parts: JSON by the name in the file.
        contents: The bytes of S3's objects, and sealed parts; their names are known.
    """

    manifest: State
    parts: dict[str, Any]
    contents: list[Content | Sealed]


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
        text = json.dumps(tree, ensure_ascii=False, indent=indent, separators=(",", ":"))
        packed.writestr(name, text.encode("utf-8", "surrogatepass"))


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
        for content in snapshot.contents:
            target = self._contents / content.digest
            if not target.exists():
                _write_safely(target, content)
        draft = self.file.with_suffix(".draft")
        with draft.open("wb") as file:
            with zipfile.ZipFile(
                file, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION
            ) as packed:
                _write_parts(packed, snapshot, indent=None)
            file.flush()
            os.fsync(file.fileno())
        size = draft.stat().st_size
        draft.replace(self.file)
        self._forget_others({content.digest for content in snapshot.contents})
        return size

    def content(self, name: str) -> bytes:
        """Return a content by its name.

        Raises:
            RefusedError: It is not there, or damaged.
        """
        try:
            data = (self._contents / name).read_bytes()
        except FileNotFoundError:
            raise RefusedError(f"the content {name[:12]} is missing") from None
        return _intact(name, data)

    def set_aside(self) -> Path:
        """Move a file that cannot be read out of the way, and return where it is."""
        number = 1
        while (target := self.file.with_suffix(f".damaged-{number}")).exists():
            number += 1
        return self.file.replace(target)

    def _forget_others(self, needed: set[str]) -> None:
        if any(self._path.glob("*.damaged-*")):  # it may need what this state does not
            return
        for path in self._contents.iterdir():
            if path.name not in needed:
                path.unlink(missing_ok=True)


def _copy(content: Content | Sealed, target: IO[bytes]) -> None:
    digest = hashlib.sha256()
    for piece in content.pieces():
        digest.update(piece)
        target.write(piece)
    if digest.hexdigest() != content.digest:
        raise BusyFileError(f"the content {content.digest[:12]} has changed meanwhile")


def _write_safely(target: Path, content: Content | Sealed) -> None:
    draft = target.with_name(f".{target.name}")
    with draft.open("wb") as file:
        _copy(content, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)


# -- reading ------------------------------------------------------------------------------


@dataclass
class Saved:
    """A state that was read, as JSON.

    Attributes:
        manifest: What it is.
        parts: JSON by the name in the file.
        content: Returns a content of S3 by its name.
    """

    manifest: State
    parts: Mapping[str, Any]
    content: Callable[[str], bytes]


def read_folder(folder: Folder) -> Saved:
    """Read the automatic state.

    Raises:
        RefusedError: It is damaged, or made by another version.
    """
    return _read(folder.file, folder.content)


def read_whole(path: Path) -> Saved:
    """Read a file that needs nothing else.

    Raises:
        RefusedError: It is not a state of this version, or holds something else.
    """

    def content(name: str) -> bytes:
        try:
            with _opened(path) as packed:
                return _intact(name, packed.read(f"objects/{name}"))
        except KeyError:
            raise RefusedError(f"the content {name[:12]} is missing") from None
        except _DAMAGED as error:
            raise RefusedError(f"the file is damaged ({error})") from error

    return _read(path, content)


_DAMAGED = (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What reading a zip that was cut off or changed can raise."""


def _opened(path: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(path)


def _read(path: Path, content: Callable[[str], bytes]) -> Saved:
    try:
        with _opened(path) as packed:
            _check_entries(packed)
            manifest = _json(packed, MANIFEST)
            _check_version(manifest)
            missing = set(PARTS) - set(packed.namelist())
            if missing:
                raise RefusedError(f"it has no {min(missing)}")
            parts = {name: _json(packed, name) for name in PARTS}
    except RefusedError:
        raise
    except _DAMAGED as error:
        raise RefusedError(f"the file is damaged ({str(error)[:100]})") from error
    return Saved(manifest, parts, content)


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
        return json.loads(packed.read(name).decode("utf-8", "surrogatepass"))
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
        raise RefusedError(f"the content {name[:12]} is damaged")
    return data
