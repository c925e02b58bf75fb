"""Zips of the functions' code: the same source gives the same bytes, on any machine.

So the code's hash says whether it changed, and provisioning again uploads nothing.
"""

from __future__ import annotations

import base64
import hashlib
import io
import stat
import zipfile
from typing import TYPE_CHECKING, Final

from provision.errors import ProvisionError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_EARLIEST_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_READABLE_FILE: Final = stat.S_IFREG | 0o644


def function_zip(package: Path, *shared: Path) -> bytes:
    """Zip a function's own package and those that it shares with others.

    The files are stored, not deflated: deflated bytes differ between zlib versions.

    Args:
        package: The function's own package, a folder.
        shared: The other packages it imports.

    Raises:
        ProvisionError: The function has no `handler.py`, or a shared package is missing.
    """
    if not (package / "handler.py").is_file():
        raise ProvisionError(f"{package} holds no handler.py")
    entries: dict[str, Path] = {}
    for folder in (package, *shared):
        if not folder.is_dir():
            raise ProvisionError(f"{folder.parent} holds no package {folder.name}")
        entries |= {path.relative_to(folder.parent).as_posix(): path for path in _sources(folder)}

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, path in sorted(entries.items()):
            entry = zipfile.ZipInfo(name, _EARLIEST_ZIP_TIME)
            entry.create_system = _UNIX
            entry.external_attr = _READABLE_FILE << 16
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def code_sha256(archive: bytes) -> str:
    """The hash of a zip as Lambda reports it (`CodeSha256`)."""
    return base64.b64encode(hashlib.sha256(archive).digest()).decode()


def _sources(package: Path) -> Iterator[Path]:
    for path in package.rglob("*"):
        inside = path.relative_to(package)
        hidden = any(part.startswith(".") or part == "__pycache__" for part in inside.parts)
        if path.is_file() and not hidden and path.suffix != ".pyc":
            yield path
