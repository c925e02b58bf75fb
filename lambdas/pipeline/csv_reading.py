"""Read CSV text from a stream of bytes: encoding, delimiter, header, records.

Memory does not grow with the file, which is read in chunks. A long file is opened twice, first for
its encoding and then for its rows. The limits below bound the time, whatever the bytes are.
docs/csv-rules.md has the rules for users, docs/reliability.md the times of the worst files.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import IO, cast

from pipeline.errors import FileRejectedError, MalformedJobError
from pipeline.reasons import FileReason
from pipeline.schema import REQUIRED_COLUMNS
from pipeline.state import WorkflowState

CHUNK_BYTES = 256 * 1024
KEPT_BYTES = 4 * 1024 * 1024
"""A file up to this length is read from S3 once and kept in memory."""
DELIMITERS = (",", ";", "\t")
_SEPARATORS = str.maketrans("", "", "".join(DELIMITERS) + '"')
MAX_RECORD_CHARACTERS = 1024 * 1024
"""A longer record is an unclosed quotation mark; the limit also bounds memory."""
MAX_LINES = 2_000_000
"""Every line takes time, also a blank one, so a limit on the size is not enough.

A sheet of Excel has 1,048,576 rows at most.
"""
MAX_COLUMNS = 256
"""Every row of a result repeats the names of its columns."""
MAX_COLUMN_NAME_CHARACTERS = 100

_CONTROL_BYTES = bytes({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0D})
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
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
"""Other formats that are often named .csv. ZIP is also Excel's .xlsx, OLE its old .xls."""

# The module's own limit is 131,072 characters; here records are limited instead.
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

    @classmethod
    def from_state(cls, state: WorkflowState) -> "CsvFormat":
        """Return the format that parse-csv found.

        Raises:
            MalformedJobError: parse-csv has not run on this state.
        """
        try:
            return cls(state["encoding"], state["delimiter"])
        except KeyError as error:
            raise MalformedJobError(f"the state lacks {error}: has parse-csv run?") from error


@dataclass(frozen=True)
class Survey:
    """What one pass over a whole file finds.

    Attributes:
        format: how to read the file again.
        header: the trimmed column names; if the file has no header, these may be personal data.
        row_count: data rows, without rows of blank cells.
    """

    format: CsvFormat
    header: tuple[str, ...]
    row_count: int

    @property
    def recognised_columns(self) -> list[str]:
        """The schema's columns that the file has: names that are safe to log."""
        return [column for column in REQUIRED_COLUMNS if column in self.header]


def survey(open_file: Callable[[], IO[bytes]]) -> Survey:
    """Read a whole file and return its encoding, delimiter, header and number of rows.

    Args:
        open_file: Returns a stream of the file's bytes, from the beginning at each call.

    Raises:
        FileRejectedError: `empty_file`, `not_csv`, `undecodable`, `too_many_lines`,
            `malformed_csv`, `header_too_large`, `duplicate_header` or `no_data_rows`.
    """
    with open_file() as stream:
        start = stream.read(KEPT_BYTES)
        rest = _chunks(stream)
        second = next(rest, b"")
        encoding = _encoding_of(start, chain((second,), rest))
    with open_file() if second else io.BytesIO(start) as stream:
        lines = _Lines(_text(encoding, stream))
        csv_format = CsvFormat(encoding, _delimiter_of(lines.header_text))
        header, records = _header_and_records(lines, csv_format.delimiter)
        row_count = sum(1 for _ in records)
    if not row_count:
        raise FileRejectedError(FileReason.NO_DATA_ROWS)
    return Survey(csv_format, header, row_count)


def _encoding_of(start: bytes, rest: Iterable[bytes]) -> str:
    """Return the first encoding in which all bytes are text.

    This pass only decodes. If the rows were read in the same pass, all of them would have to be
    read again when the last byte of a long file is not UTF-8.
    """
    if not start:
        raise FileRejectedError(FileReason.EMPTY_FILE)
    if start.startswith(_OTHER_FORMATS):
        raise FileRejectedError(FileReason.NOT_CSV)
    names = ("utf-16",) if start.startswith(_UTF16_MARKS) else ("utf-8", "cp874")
    decoders = {name: codecs.getincrementaldecoder(name)() for name in names}
    # The empty chunk at the end tests whether a character was cut off.
    for chunk in chain((start,), filter(None, rest), (b"",)):
        for name, decoder in tuple(decoders.items()):
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                del decoders[name]
                continue
            # In UTF-16 a byte is not a character.
            _refuse_control_bytes(text.encode() if name == "utf-16" else chunk)
        if not decoders:
            raise FileRejectedError(FileReason.UNDECODABLE)
    return next(iter(decoders))


def _refuse_control_bytes(chunk: bytes) -> None:
    """Refuse control characters: the file is not text (CP874 would decode a binary file)."""
    if len(chunk.translate(None, _CONTROL_BYTES)) != len(chunk):
        raise FileRejectedError(FileReason.UNDECODABLE)


def read_records(
    stream: IO[bytes], csv_format: CsvFormat
) -> tuple[tuple[str, ...], Iterator[list[str]]]:
    """Return a file's header and an iterator over its data rows, in a known format.

    Raises:
        FileRejectedError: As `survey`, at once or while the rows are read.
        UnicodeDecodeError: The format is not that of the file.
    """
    return _header_and_records(_Lines(_text(csv_format.encoding, stream)), csv_format.delimiter)


def _text(encoding: str, stream: IO[bytes]) -> io.TextIOWrapper:
    buffered = io.BufferedReader(cast("io.RawIOBase", stream), CHUNK_BYTES)
    # newline="" keeps line ends as they are: the csv module knows \n, \r\n and \r.
    wire_encoding = "utf-8-sig" if encoding == "utf-8" else encoding
    return io.TextIOWrapper(buffered, wire_encoding, errors="strict", newline="")


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    return iter(partial(stream.read, CHUNK_BYTES), b"")


class _Lines:
    """The lines of a text from its header on, with limits on their number and on each record.

    Attributes:
        header_text: the first line with more in it than separators, with further lines if a quoted
            cell has line ends.
        number: the number of the last line that was read; the first is 1.
        pending: characters of the record that is being read. The csv module would collect an
            endless record in memory; the reader of records sets this to zero after each.

    Raises:
        FileRejectedError: `empty_file`, or as when iterating.
    """

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.number = 0
        self.pending = 0
        self._bounded = self._read(text)
        self._header = self._read_header()
        self.header_text = "".join(self._header)

    def __iter__(self) -> Iterator[str]:
        """Iterate over all lines, the header included, which does not count twice.

        Raises:
            FileRejectedError: `malformed_csv` or `too_many_lines`, at that line.
        """
        return chain(self._header, self._bounded)

    def _read(self, text: io.TextIOWrapper) -> Iterator[str]:
        for line in iter(partial(text.readline, MAX_RECORD_CHARACTERS), ""):
            self.number += 1
            self.pending += len(line)
            if self.number > MAX_LINES:
                raise FileRejectedError(FileReason.TOO_MANY_LINES, limit=MAX_LINES)
            if self.pending >= MAX_RECORD_CHARACTERS:
                raise FileRejectedError(FileReason.MALFORMED_CSV, line=self.number)
            yield line

    def _read_header(self) -> list[str]:
        header: list[str] = []
        quotes = 0
        for line in self._bounded:
            quotes += line.count('"')
            inside_quotes = quotes % 2 == 1
            if not (header or inside_quotes or line.translate(_SEPARATORS).strip()):
                self.pending = 0
                continue
            header.append(line)
            # Half the limit: the mark may be text without a pair, as in 3" pipe.
            if not inside_quotes or self.pending >= MAX_RECORD_CHARACTERS // 2:
                break
        if not header:
            raise FileRejectedError(FileReason.EMPTY_FILE)
        return header


def _delimiter_of(header_text: str) -> str:
    """Return the delimiter that gives most of the schema's columns, then most columns."""

    def score(delimiter: str) -> tuple[int, int]:
        cells = [cell.strip().strip('"').strip() for cell in header_text.split(delimiter)]
        return sum(column in cells for column in REQUIRED_COLUMNS), len(cells)

    return max(DELIMITERS, key=score)


def _header_and_records(
    lines: _Lines, delimiter: str
) -> tuple[tuple[str, ...], Iterator[list[str]]]:
    records = _records(lines, delimiter)
    header = tuple(name.strip() for name in next(records, ()))
    if not header:
        raise FileRejectedError(FileReason.EMPTY_FILE)
    _refuse_oversize(header)
    _refuse_duplicates(header)
    return header, records


def _records(lines: _Lines, delimiter: str) -> Iterator[list[str]]:
    # strict: an unclosed quotation mark, or text after a closed one, is an error. Otherwise the
    # record would contain the following ones without notice.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for record in reader:
            lines.pending = 0
            # Joined, because a row may have a million cells.
            if record and (record[0].strip() or "".join(record).strip()):
                yield record
    except csv.Error as error:
        raise FileRejectedError(FileReason.MALFORMED_CSV, line=lines.number) from error


def _refuse_oversize(header: tuple[str, ...]) -> None:
    longest_name = max(map(len, header))
    if len(header) > MAX_COLUMNS or longest_name > MAX_COLUMN_NAME_CHARACTERS:
        raise FileRejectedError(
            FileReason.HEADER_TOO_LARGE,
            column_count=len(header),
            longest_name=longest_name,
            most_columns=MAX_COLUMNS,
            most_characters=MAX_COLUMN_NAME_CHARACTERS,
        )


def _refuse_duplicates(header: tuple[str, ...]) -> None:
    seen: set[str] = set()
    twice: set[str] = set()
    for name in filter(None, header):
        (twice if name in seen else seen).add(name)
    if twice:
        known = [column for column in REQUIRED_COLUMNS if column in twice]
        raise FileRejectedError(
            FileReason.DUPLICATE_HEADER, columns=known, other_columns=len(twice) - len(known)
        )
