"""The files that cost a reader most, as large as it is told: each is the worst of its kind.

The time of a file is made of its bytes, its lines and its cells, so there is one of everything that
is as many as possible. `lines` is the most lines that the rules allow for the size.
"""

from collections.abc import Callable

from tests.integration.sales_files import HEADER, ROW

_HEADER = f"{HEADER}\n".encode()
_SALE = f"{ROW}\n"
_LONG = 500_000
"""Characters in the longest lines, which stay below the longest record."""


def ordinary(size: int) -> bytes:
    """A sales file as people upload it."""
    return _HEADER + _repeated(_SALE.encode(), size)


def _repeated(piece: bytes, size: int) -> bytes:
    return piece * (size // len(piece))


def _lines_of(cell: bytes) -> Callable[[int, int], bytes]:
    """As many lines as there may be, each as full of this cell as the size allows."""

    def make(size: int, lines: int) -> bytes:
        line = cell * max(1, (size // lines - 1) // len(cell)) + b"\n"
        return _HEADER + _repeated(line, size)

    return make


def _after_the_header(piece: bytes, *, end: bytes = b"") -> Callable[[int, int], bytes]:
    return lambda size, _lines: _HEADER + _repeated(piece, size) + end


def _one_more_byte(size: int, _lines: int) -> bytes:
    return _HEADER + _repeated(b"A,B,C,1,1.00,2024-01-15\n", size) + b"\xa1\n"


def _sales_in(encoding: str, width: float) -> Callable[[int, int], bytes]:
    return lambda size, _lines: f"{HEADER}\n{_SALE * int(size / width / len(_SALE))}".encode(
        encoding
    )


WORST_FILES: dict[str, Callable[[int, int], bytes]] = {
    "blank lines, LF": _after_the_header(b"\n"),
    "blank lines, CR": _after_the_header(b"\r"),
    "blank lines, CRLF": _after_the_header(b"\r\n"),
    "blank lines before the header": lambda size, _lines: _repeated(b"\n", size) + _HEADER,
    "blank lines in UTF-16": lambda size, _lines: (f"{HEADER}\n" + "\n" * (size // 2)).encode(
        "utf-16"
    ),
    "blank lines, then a byte of CP874": _after_the_header(b"\n", end=b"\xa1\n"),
    "lines of one character": _after_the_header(b"a\n"),
    "lines of one space": _after_the_header(b" \n"),
    "lines of one comma": _after_the_header(b",\n"),
    "lines of two quotation marks": _after_the_header(b'""\n'),
    "full lines of empty cells": _lines_of(b","),
    "full lines of blank cells": _lines_of(b" ,"),
    "full lines of cells of one character": _lines_of(b"a,"),
    "full lines of empty quoted cells": _lines_of(b'"",'),
    "full lines of one Thai cell": _lines_of("ก".encode()),
    "sales, and a last byte of CP874": _one_more_byte,
    "sales in CP874": _sales_in("cp874", 1),
    "sales in UTF-16": _sales_in("utf-16", 2),
    "the longest lines of empty cells": _after_the_header(b"," * _LONG + b"\n"),
    "the longest lines of blank cells": _after_the_header(b" ," * (_LONG // 2) + b"\n"),
    "the longest lines of one cell": _after_the_header(b"x" * _LONG + b"\n"),
    "the longest quoted cells of line ends": _after_the_header(b'"' + b"\n" * _LONG + b'"\n'),
    "the longest quoted cells of quotes": _after_the_header(b'"' + b'""' * (_LONG // 2) + b'"\n'),
    "a quotation mark never closed": _after_the_header(b"\n", end=b'"\n'),
    "one line": lambda size, _lines: b"x" * size,
}
