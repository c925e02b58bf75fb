"""A function's code as files: out of its zip, and into one again."""

from __future__ import annotations

import ast
import io
import stat
import warnings
import zipfile
from typing import TYPE_CHECKING, Final

from console.errors import ConsoleError

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_BYTES: Final = 3 * 1024 * 1024
"""Of code that can be edited in a page, as in AWS's own console."""

_EARLIEST_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_READABLE_FILE: Final = stat.S_IFREG | 0o644
_LANGUAGES: Final = {
    "py": "Python",
    "json": "JSON",
    "js": "JavaScript",
    "mjs": "JavaScript",
    "md": "Markdown",
    "yaml": "YAML",
    "yml": "YAML",
    "sh": "Shell",
}


class TooLargeError(ConsoleError):
    """The code is too large for a page."""

    def __init__(self) -> None:
        super().__init__(
            "This code is larger than 3 MB: deploy it as a zip instead of editing it here.",
            "โค้ดนี้ใหญ่กว่า 3 MB ให้ deploy เป็นไฟล์ zip แทนการแก้ที่นี่",
        )


class NoZipError(ConsoleError):
    """The code is no zip."""

    def __init__(self) -> None:
        super().__init__("This is not a zip file.", "ไฟล์นี้ไม่ใช่ zip")


def unzip(archive: bytes) -> dict[str, bytes]:
    """Return the files of a zip, by their names in it.

    Raises:
        TooLargeError: They are larger than a page can edit.
        NoZipError: It is no zip.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
            entries = [each for each in zipped.infolist() if not each.is_dir()]
            if sum(each.file_size for each in entries) > LARGEST_BYTES:
                raise TooLargeError
            return {each.filename: zipped.read(each) for each in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise NoZipError from error


def zip_of(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of these files; the same files give the same bytes.

    They are stored, not deflated: deflated bytes differ between zlib versions.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _EARLIEST_ZIP_TIME)
            entry.create_system = _UNIX
            entry.external_attr = _READABLE_FILE << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def text_of(content: bytes) -> str | None:
    """Return the text that a file holds; None if it holds none."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def language_of(name: str) -> str | None:
    """Return the language of a file as the editor names it."""
    return _LANGUAGES.get(name.rpartition(".")[2].lower())


def wrong_name(name: str, taken: Mapping[str, object]) -> bool:
    """Tell whether a file of the code can't be called so."""
    parts = name.split("/")
    return not name or "\\" in name or name in taken or any(p in ("", ".", "..") for p in parts)


def python_mistake(text: str) -> tuple[int, str] | None:
    """Return the line that Python would refuse and why, without running anything."""
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(text)
    except SyntaxError as error:
        return error.lineno or 1, error.msg
    except (ValueError, RecursionError, MemoryError) as error:
        return 1, str(error) or type(error).__name__
    return None
