"""Reading CSV text from a stream of bytes: encoding, delimiter, header, records.

Memory stays flat: a file is read in chunks, and where it is not UTF-8 it is opened again. The rules
are written for users in docs/csv-rules.md.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import IO

from pipeline.errors import FileRejectedError
from pipeline.schema import REQUIRED_COLUMNS

CHUNK_BYTES = 256 * 1024
DELIMITERS = (",", ";", "\t")
_SEPARATORS = str.maketrans("", "", "".join(DELIMITERS) + '"')
# A record longer than this is a quotation mark that was never closed; it also bounds memory.
MAX_RECORD_CHARACTERS = 1024 * 1024

_CONTROL_BYTES = bytes({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0D})
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What else is often given the name .csv. (ZIP is also Excel's .xlsx, OLE its old .xls.)
_OTHER_FORMATS = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF8",
    b"%PDF-",
    b"\x1f\x8b",
    b"BZh",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
)

# The module's own limit is 131,072 characters; records are bounded here instead.
csv.field_size_limit(MAX_RECORD_CHARACTERS)


@dataclass(frozen=True)
class CsvFormat:
    """How the bytes of a file become cells.

    Attributes:
        encoding: `utf-8` (with or without a byte order mark), `cp874` or `utf-16`.
        delimiter: a comma, a semicolon or a tab.
    """

    encoding: str
    delimiter: str


@dataclass(frozen=True)
class Survey:
    """What one pass over a whole file tells.

    Attributes:
        format: how to read it again.
        header: the trimmed column names; may hold personal data where a header is missing.
        row_count: data rows, rows without any content left out.
    """

    format: CsvFormat
    header: tuple[str, ...]
    row_count: int

    @property
    def recognised_columns(self) -> list[str]:
        """The schema's columns that the file has: names that are safe to log."""
        return [column for column in REQUIRED_COLUMNS if column in self.header]


def survey(open_file: Callable[[], IO[bytes]]) -> Survey:
    """Read a whole file and say how it is encoded, delimited and how many rows it has.

    Args:
        open_file: returns the file's bytes from the beginning, each time it is called.

    Raises:
        FileRejectedError: `empty_file`, `not_csv`, `undecodable`, `malformed_csv`,
            `duplicate_header` or `no_data_rows`.
    """
    with open_file() as stream:
        start = stream.read(CHUNK_BYTES)
        if not start:
            raise FileRejectedError("empty_file")
        if start.startswith(_OTHER_FORMATS):
            raise FileRejectedError("not_csv")
        encoding = "utf-16" if start.startswith(_UTF16_MARKS) else "utf-8"
        with suppress(UnicodeDecodeError):
            return _survey_as(encoding, stream, start)
    with open_file() as stream:
        return _survey_as("cp874", stream, b"")


def _survey_as(encoding: str, stream: IO[bytes], start: bytes) -> Survey:
    try:
        text = _text(encoding, stream, start)
        header_lines = _header_lines(text)
        csv_format = CsvFormat(encoding, _delimiter_of("".join(header_lines)))
        header, records = _header_and_records(text, csv_format, header_lines)
        row_count = sum(1 for _ in records)
    except UnicodeDecodeError:
        if encoding == "utf-8":
            raise  # the caller tries the next encoding
        raise FileRejectedError("undecodable") from None
    if not row_count:
        raise FileRejectedError("no_data_rows")
    return Survey(csv_format, header, row_count)


def read_records(
    stream: IO[bytes], csv_format: CsvFormat
) -> tuple[tuple[str, ...], Iterator[list[str]]]:
    """Return a file's header and an iterator over its data rows, in a known format.

    Raises:
        FileRejectedError: as `survey`, at once or while the rows are read.
        UnicodeDecodeError: the format is not the file's.
    """
    text = _text(csv_format.encoding, stream, b"")
    return _header_and_records(text, csv_format, _header_lines(text))


def _text(encoding: str, stream: IO[bytes], start: bytes) -> io.TextIOWrapper:
    chunks: Iterable[bytes] = chain((start,), iter(partial(stream.read, CHUNK_BYTES), b""))
    if encoding == "utf-16":
        chunks = _utf8_from_utf16(chunks)
    checked = io.BufferedReader(_ChunkStream(_without_control_bytes(chunks)), CHUNK_BYTES)
    # newline="" keeps line ends as they are: the csv module knows \n, \r\n and \r.
    # UTF-16 has lost its mark already: a second one is text, as it is in UTF-8.
    wire_encoding = {"utf-8": "utf-8-sig", "utf-16": "utf-8"}.get(encoding, encoding)
    return io.TextIOWrapper(checked, wire_encoding, errors="strict", newline="")


def _utf8_from_utf16(chunks: Iterable[bytes]) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-16")()
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    decoder.decode(b"", final=True)


def _without_control_bytes(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pass text on; NUL and its like mean that it is none (CP874 would decode a binary file)."""
    for chunk in chunks:
        if len(chunk.translate(None, _CONTROL_BYTES)) != len(chunk):
            raise FileRejectedError("undecodable")
        yield chunk


class _ChunkStream(io.RawIOBase):
    """A raw stream over an iterator of chunks."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]  # io gives one
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


class _BoundedLines:
    """The lines of a text, refusing records that grow past MAX_RECORD_CHARACTERS.

    The csv module would gather an endless record in memory; whoever reads the records calls
    `record_done` after each.
    """

    def __init__(self, text: io.TextIOWrapper, header_lines: list[str]) -> None:
        self._lines = chain(header_lines, _lines(text))
        self._pending = 0
        self._number = 0

    def __iter__(self) -> "_BoundedLines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._number += 1
        self._pending += len(line)
        if self._pending >= MAX_RECORD_CHARACTERS:
            raise FileRejectedError("malformed_csv", line=self._number)
        return line

    def record_done(self) -> None:
        self._pending = 0


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    return iter(partial(text.readline, MAX_RECORD_CHARACTERS), "")


def _header_lines(text: io.TextIOWrapper) -> list[str]:
    """Return the first line with more in it than separators, and those a quoted line end adds."""
    header: list[str] = []
    quotes = size = 0
    for line in _lines(text):
        quotes += line.count('"')
        inside_quotes = quotes % 2 == 1
        if not (header or inside_quotes or line.translate(_SEPARATORS).strip()):
            continue
        header.append(line)
        size += len(line)
        if not inside_quotes or size >= MAX_RECORD_CHARACTERS:
            break
    if not header:
        raise FileRejectedError("empty_file")
    return header


def _delimiter_of(header_text: str) -> str:
    """Choose the delimiter that shows most of the schema's columns, then most columns."""

    def score(delimiter: str) -> tuple[int, int]:
        cells = [cell.strip().strip('"').strip() for cell in header_text.split(delimiter)]
        return sum(column in cells for column in REQUIRED_COLUMNS), len(cells)

    return max(DELIMITERS, key=score)


def _header_and_records(
    text: io.TextIOWrapper, csv_format: CsvFormat, header_lines: list[str]
) -> tuple[tuple[str, ...], Iterator[list[str]]]:
    lines = _BoundedLines(text, header_lines)
    records = _records(lines, csv_format.delimiter)
    header = tuple(name.strip() for name in next(records, ()))
    if not header:
        raise FileRejectedError("empty_file")
    _refuse_duplicates(header)
    return header, records


def _records(lines: _BoundedLines, delimiter: str) -> Iterator[list[str]]:
    # strict: a quotation mark that is never closed, or text after a closed one, is an error here
    # instead of a record that silently swallows its neighbours.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for record in reader:
            lines.record_done()
            if record and (record[0].strip() or any(map(str.strip, record))):
                yield record
    except csv.Error as error:
        raise FileRejectedError("malformed_csv", line=reader.line_num) from error


def _refuse_duplicates(header: tuple[str, ...]) -> None:
    seen: set[str] = set()
    twice: set[str] = set()
    for name in filter(None, header):
        (twice if name in seen else seen).add(name)
    if twice:
        known = [column for column in REQUIRED_COLUMNS if column in twice]
        raise FileRejectedError(
            "duplicate_header", columns=known, other_columns=len(twice) - len(known)
        )
