"""Zips of the functions' code: the same source gives the same bytes on any machine.

So the code's hash tells whether it has changed, and provisioning again uploads nothing.
"""

from __future__ import annotations

import base64
import hashlib
import io
import stat
import warnings
import zipfile
from functools import cache
from typing import TYPE_CHECKING, Final

from provision.errors import ProvisionError
from provision.sources import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import CodeType

_EARLIEST_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_READABLE_FILE: Final = stat.S_IFREG | 0o644


def function_zip(package: Path, *shared: Path) -> bytes:
    """Zip a function's own package and its shared packages.

    The files are stored, not deflated: deflated bytes differ between zlib versions.

    Args:
        package: The function's own package, a folder.
        shared: The other packages it imports.

    Raises:
        ProvisionError: The function has no `handler.py` with a `lambda_handler`, a shared package
            is missing, or a source is not Python; the message begins with file and line.
    """
    handler = package / "handler.py"
    if not handler.is_file():
        raise ProvisionError("{folder} holds no handler.py", folder=shown(package))
    if "lambda_handler" not in _compile(handler, handler.read_bytes()).co_names:
        raise ProvisionError("{file} defines no lambda_handler", file=shown(handler))
    entries: dict[str, Path] = {}
    for folder in (package, *shared):
        if not folder.is_dir():
            raise ProvisionError(
                "{folder} holds no package {package}", folder=folder.parent, package=folder.name
            )
        entries |= {path.relative_to(folder.parent).as_posix(): path for path in _sources(folder)}
    return _zip(entries)


def folder_zip(folder: Path) -> bytes:
    """Zip the content of a folder, without the folder: the form of code made in the console.

    Args:
        folder: Contains the handler's module.

    Raises:
        ProvisionError: It has no file.
    """
    entries = {path.relative_to(folder).as_posix(): path for path in _sources(folder)}
    if not entries:
        raise ProvisionError("{folder} holds no file", folder=folder)
    return _zip(entries)


def _zip(entries: dict[str, Path]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, path in sorted(entries.items()):
            entry = zipfile.ZipInfo(name, _EARLIEST_ZIP_TIME)
            entry.create_system = _UNIX
            entry.external_attr = _READABLE_FILE << 16
            content = path.read_bytes()
            if path.suffix == ".py":
                _compile(path, content)
            archive.writestr(entry, content)
    return buffer.getvalue()


@cache
def _compile(path: Path, content: bytes) -> CodeType:
    """Compile a source, so that broken code is found before it is deployed.

    Raises:
        ProvisionError: It is not Python.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            return compile(content, path.name, "exec", dont_inherit=True)
    except SyntaxError as error:
        place = f"{shown(path)}:{error.lineno}" if error.lineno else shown(path)
        line = f": {error.text.strip()}" if error.text else ""
        problem = f"{error.msg}{line}"
        raise ProvisionError("{place}: {problem}", place=place, problem=problem) from error


def code_sha256(archive: bytes) -> str:
    """Return the hash of a zip as Lambda reports it (`CodeSha256`)."""
    return base64.b64encode(hashlib.sha256(archive).digest()).decode()


def _sources(package: Path) -> Iterator[Path]:
    for path in package.rglob("*"):
        inside = path.relative_to(package)
        hidden = any(part.startswith(".") or part == "__pycache__" for part in inside.parts)
        if path.is_file() and not hidden and path.suffix != ".pyc":
            yield path
