"""Generated CSV files of every odd class, each built together with what must become of it.

`KINDS` holds one hypothesis strategy for each class, `generated` makes a mixture of all of them.
Nothing here asks the functions; what a file must become follows from how it was made and from
docs/csv-rules.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.integration.generated_rows import (
    COLUMNS,
    FAULTS,
    NO_FAULT,
    Row,
    every_bad_cell,
    rows,
    spaced,
    texts,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import DrawFn, SearchStrategy

LONGEST_RECORD = 1024 * 1024
LONGEST_COLUMN_NAME = 100
DELIMITERS = (",", ";", "\t")
_PLAIN_HEADER = ",".join(COLUMNS)
_PLAIN_ROWS = "A1,สมชาย,Widget,2,1.50,2024-01-15\nA2,Somchai,Widget,1,2.00,2024-01-16\n"
_PLAIN = f"{_PLAIN_HEADER}\n{_PLAIN_ROWS}"
_CONTROL = [chr(code) for code in (*range(9), 11, 12, *range(14, 32), 127)]
_NEITHER_UTF8_NOR_CP874 = (
    *(*range(0x81, 0x85), *range(0x86, 0x91), *range(0x98, 0xA0)),
    *(*range(0xDB, 0xDF), *range(0xFC, 0x100)),
)
_OTHER_FORMATS = (
    *(
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
    ),
    *(b"GIF89a", b"%PDF-1.7\n", b"\x1f\x8b\x08", b"BZh9", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"),
)
_NO_TABLE = frozenset(
    {
        *("not_csv", "empty_file", "undecodable", "malformed_csv"),
        *("duplicate_header", "no_data_rows", "missing_columns"),
    }
)


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """One file and what must become of it.

    Attributes:
        name: Its file name.
        body: Its bytes.
        reasons: The reason codes it may fail with; none when it must be processed.
        header: The trimmed column names, when it is a readable table.
        rows: The data rows, when it is a readable table.
    """

    name: str
    body: bytes
    reasons: frozenset[str] = frozenset()
    header: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def valid(self) -> list[Row]:
        """The rows that count."""
        return [row for row in self.rows if row.reason is None]

    @property
    def refused(self) -> list[tuple[int, str]]:
        """Number and reason of the rows that do not; the first data row is 1."""
        numbered = enumerate(self.rows, start=1)
        return [(number, row.reason) for number, row in numbered if row.reason is not None]


# Readable tables ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How cells become text."""

    delimiter: str
    quoted: bool
    ends: tuple[str, ...]

    def line(self, cells: tuple[str, ...]) -> str:
        return self.delimiter.join(map(self._cell, cells))

    def _cell(self, cell: str) -> str:
        needed = cell.startswith('"') or any(each in cell for each in (self.delimiter, "\n", "\r"))
        return '"' + cell.replace('"', '""') + '"' if self.quoted or needed else cell


_dialects = st.builds(
    _Dialect,
    st.sampled_from(DELIMITERS),
    st.booleans(),
    st.sampled_from((("\n",), ("\r\n",), ("\r",), ("\r\n", "\n", "\r"), ("\r\r\n",))),
)


@st.composite
def _headers(draw: DrawFn) -> tuple[str, ...]:
    """The six columns in any order, and sometimes others among them."""
    header = list(draw(st.just(COLUMNS) | st.permutations(COLUMNS)))
    near = st.sampled_from(("revenue", "PRICE", "Order ID", "order-id", "price (THB)"))
    others = (texts() | near).filter(lambda name: name not in COLUMNS)
    for name in draw(st.lists(others, max_size=2, unique=True)):
        header.insert(draw(st.integers(0, len(header))), name)
    for _ in range(draw(st.sampled_from((0, 0, 0, 1, 2)))):
        header.insert(draw(st.integers(0, len(header))), "")
    return tuple(header)


def _blank_lines(*delimiters: str) -> SearchStrategy[list[str]]:
    """Mostly none: lines of nothing but spaces, separators and empty quotation marks."""
    some = ["", " ", "\u00a0"]
    for each in delimiters:
        some += [each * 3, f" {each} ", f'""{each}""', f"{each}\u00a0{each}"]
    return st.just([]) | st.just([]) | st.lists(st.sampled_from(some), max_size=2)


@st.composite
def tables(
    draw: DrawFn, data_under: Callable[[tuple[str, ...]], SearchStrategy[list[Row]]]
) -> GeneratedFile:
    """Tables in every dialect and encoding, with these data rows under their header."""
    dialect, header = draw(_dialects), draw(_headers())
    lines = [*draw(_blank_lines(*DELIMITERS))]
    lines.append(dialect.line(tuple(draw(spaced(name)) for name in header)))
    data = draw(data_under(header))
    for row in data:
        lines += [*draw(_blank_lines(dialect.delimiter)), dialect.line(row.cells)]
    lines += draw(_blank_lines(dialect.delimiter))
    body = draw(_encoded(_joined(lines, dialect.ends, last=draw(st.booleans()))))
    if max(map(len, header)) > LONGEST_COLUMN_NAME:
        return GeneratedFile(draw(_names()), body, frozenset({"header_too_large"}))
    if not data:
        reason = "no_data_rows"
    else:
        reason = "" if any(row.reason is None for row in data) else "no_valid_rows"
    return GeneratedFile(
        draw(_names()),
        body,
        frozenset({reason} - {""}),
        header,
        tuple(data),
    )


def _joined(lines: list[str], ends: tuple[str, ...], *, last: bool) -> str:
    text = "".join(f"{line}{ends[number % len(ends)]}" for number, line in enumerate(lines))
    return text if last else text.removesuffix(ends[(len(lines) - 1) % len(ends)])


@st.composite
def _encoded(draw: DrawFn, text: str) -> bytes:
    """The text in an encoding that can write it, and that the rules would read it in."""
    encoding, mark = draw(
        st.sampled_from(
            (
                *(("utf-8", b""), ("utf-8-sig", b""), ("cp874", b""), ("tis-620", b"")),
                *(("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")),
            )
        )
    )
    if encoding not in ("cp874", "tis-620"):
        return mark + text.encode(encoding)
    try:
        body = text.encode(encoding)
        same = body.decode("cp874") == text
    except UnicodeError:
        return text.encode()
    try:
        body.decode()
    except UnicodeDecodeError:
        return body if same else text.encode()
    return text.encode()  # these bytes are UTF-8 too, and so they would be read


@st.composite
def _names(draw: DrawFn) -> str:
    ending = draw(st.sampled_from((".csv", ".CSV", ".Csv", ".csv.csv")))
    return f"{draw(_stems())}{ending}"


def _stems() -> SearchStrategy[str]:
    odd = ("a b", "a+b", "a%20b", "100%", "a#b?c&d=e", "รายงาน ๑", "a//b", "a/../b", "", ".", "-rf")
    return st.one_of(
        st.just("sales"),
        st.sampled_from(odd),
        texts().filter(lambda text: len(text.encode()) < 300 and "\r" not in text),
    )


# Whole-file faults ----------------------------------------------------------------------------


@st.composite
def _missing_columns(draw: DrawFn) -> GeneratedFile:
    """Columns renamed or nameless, something above the header, or no table at all."""
    lost = draw(st.sets(st.sampled_from(COLUMNS), min_size=1))
    rename = draw(
        st.sampled_from((str.upper, str.title, "{}s".format, "“{}”".format, lambda _: ""))
    )
    header = ",".join(rename(name) if name in lost else name for name in COLUMNS)
    text = draw(
        st.just(f"{header}\n{_PLAIN_ROWS}")
        | st.sampled_from(
            (
                f"Sales of January\n{_PLAIN}",
                f"\ufeff\ufeff{_PLAIN}",
                _PLAIN.replace("product", ' "product"'),  # a quotation mark after a space is text
                _PLAIN_ROWS,
                _PLAIN.replace(",", "|"),
                _PLAIN.replace(",", " "),
                '[{"order_id": 1}]\n[{}]\n',
                "<html>\n<body>hello</body>\n</html>\n",
            )
        )
    )
    return GeneratedFile(draw(_names()), draw(_encoded(text)), frozenset({"missing_columns"}))


def _repeated_header(names: list[str]) -> str:
    return _PLAIN_HEADER + "".join(f",{name}" for name in names)


@st.composite
def _repeated_columns(draw: DrawFn) -> GeneratedFile:
    name = draw(st.sampled_from(COLUMNS))
    more = draw(
        st.sampled_from(([name], [f" {name}\t"], ["x", "x"], ["", "หมายเหตุ", "", "หมายเหตุ "]))
    )
    text = _PLAIN.replace(_PLAIN_HEADER, _repeated_header(more))
    return GeneratedFile(draw(_names()), draw(_encoded(text)), frozenset({"duplicate_header"}))


_BROKEN_ROWS = (
    'A3,"never closed,Widget,1,1.00,2024-01-15',
    'A3,x,Widget,1,1.00,"2024-01-15',
    'A3,"closed"then text,Widget,1,1.00,2024-01-15',
    'A3,"closed" ,Widget,1,1.00,2024-01-15',
    '"',
)


@st.composite
def _broken_quotes(draw: DrawFn) -> GeneratedFile:
    before = draw(st.integers(0, 3))
    text = _PLAIN + _PLAIN_ROWS * before + draw(st.sampled_from(_BROKEN_ROWS)) + "\n"
    end = draw(st.sampled_from(("\n", "\r\n", "\r")))
    body = draw(_encoded(text.replace("\n", end)))
    return GeneratedFile(draw(_names()), body, frozenset({"malformed_csv"}))


@st.composite
def _endless_records(draw: DrawFn) -> GeneratedFile:
    length = LONGEST_RECORD + draw(st.integers(0, 1000))
    row = draw(
        st.sampled_from(
            (
                _PLAIN_ROWS.replace("Widget", "W" * length, 1),
                _PLAIN_ROWS.replace("Widget", '"' + "W\n" * (length // 2) + '"', 1),
                "," * length + "\n" + _PLAIN_ROWS,
            )
        )
    )
    text = f"{_PLAIN_HEADER}\n{row}"
    return GeneratedFile(draw(_names()), text.encode(), frozenset({"malformed_csv"}))


@st.composite
def _undecodable(draw: DrawFn) -> GeneratedFile:
    place = draw(st.integers(1, len(_PLAIN) - 1))
    control = _PLAIN[:place] + draw(st.sampled_from(_CONTROL)) + _PLAIN[place:]
    ascii_text = _PLAIN.replace("สมชาย", "x").encode()
    place = draw(st.integers(1, len(ascii_text) - 1))
    foreign = bytes([draw(st.sampled_from(_NEITHER_UTF8_NOR_CP874)), 0x20])
    in_utf_16 = _PLAIN.encode("utf-16")
    body = draw(
        st.sampled_from(
            (
                ascii_text[:place] + foreign + ascii_text[place:],
                in_utf_16 + b"\x41",
                in_utf_16 + b"\x00\xd8\x41\x00",
                _PLAIN.encode("utf-16-le"),
                _PLAIN.encode("utf-16-be"),
                _PLAIN.encode("utf-32"),
                _PLAIN.encode() + "ก".encode()[1:] + b"\n",
            )
        )
        | _encoded(control)
    )
    return GeneratedFile(draw(_names()), body, frozenset({"undecodable"}))


@st.composite
def _other_formats(draw: DrawFn) -> GeneratedFile:
    rest = draw(st.binary(max_size=200) | st.just(_PLAIN.encode()))
    body = draw(st.sampled_from(_OTHER_FORMATS)) + rest
    return GeneratedFile(draw(_names()), body, frozenset({"not_csv"}))


@st.composite
def _other_names(draw: DrawFn) -> GeneratedFile:
    ending = draw(
        st.sampled_from((".txt", ".csv.txt", ".xlsx", ".csv ", ".tsv", ".CSV.zip", "csv"))
    )
    name = f"{draw(_stems().filter(lambda stem: not stem.endswith('.')))}{ending}"
    return GeneratedFile(name, draw(_encoded(_PLAIN)), frozenset({"not_csv"}))


@st.composite
def _empty_files(draw: DrawFn) -> GeneratedFile:
    ends = draw(st.sampled_from((("\n",), ("\r\n",), ("\r",))))
    text = _joined(draw(_blank_lines(*DELIMITERS)), ends, last=draw(st.booleans()))
    return GeneratedFile(draw(_names()), draw(_encoded(text)), frozenset({"empty_file"}))


@st.composite
def _noise(draw: DrawFn) -> GeneratedFile:
    """Random bytes or text: no six columns in it, so no result may come of it."""
    lines = st.text(st.sampled_from('a1,;\t"\n\r \u00a0ก\x00'), max_size=60)
    body = draw(st.binary(max_size=300) | lines.map(str.encode) | lines.flatmap(_encoded))
    return GeneratedFile(draw(_names()), body, _NO_TABLE)


@st.composite
def _two_faults(draw: DrawFn) -> GeneratedFile:
    """Two faults in one file: either may be named."""
    header, reason = draw(
        st.sampled_from(
            (
                (_repeated_header(["price"]), "duplicate_header"),
                (_PLAIN_HEADER.replace("price", "cost"), "missing_columns"),
            )
        )
    )
    row, other = draw(
        st.sampled_from(((_BROKEN_ROWS[0], "malformed_csv"), ("A3,\x00,x,1,1,x", "undecodable")))
    )
    text = f"{header}\n{_PLAIN_ROWS}{row}\n"
    return GeneratedFile(draw(_names()), draw(_encoded(text)), frozenset({reason, other}))


KINDS: dict[str, SearchStrategy[GeneratedFile]] = {
    "tables": tables(lambda header: st.lists(rows(header), min_size=1, max_size=6)),
    "good tables": tables(lambda header: st.lists(rows(header, NO_FAULT), min_size=1, max_size=6)),
    "every bad cell": tables(every_bad_cell),
    "no row counts": tables(lambda header: st.lists(rows(header, FAULTS), min_size=1, max_size=3)),
    "no rows": tables(lambda _: st.just([])),
    "missing columns": _missing_columns(),
    "repeated columns": _repeated_columns(),
    "broken quotes": _broken_quotes(),
    "endless records": _endless_records(),
    "undecodable": _undecodable(),
    "other formats": _other_formats(),
    "other names": _other_names(),
    "empty files": _empty_files(),
    "noise": _noise(),
    "two faults": _two_faults(),
}
SHARES = dict.fromkeys(KINDS, 4) | {
    "tables": 30,
    "good tables": 8,
    "every bad cell": 2,
    "missing columns": 8,
    "undecodable": 10,
    "endless records": 2,
}
"""How many files of each kind there are in the mixture."""


def share_of(kind: str, count: int) -> int:
    """Return how many of so many files are of this kind, at least one."""
    return -(-count * SHARES[kind] // sum(SHARES.values()))


def generated(count: int, *, of_seed: int) -> list[GeneratedFile]:
    """Return at least so many files, of all kinds; the same seed gives the same files."""
    files: list[GeneratedFile] = []
    for kind, strategy in KINDS.items():

        @seed(of_seed)
        @settings(
            max_examples=share_of(kind, count),
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def gather(file: GeneratedFile) -> None:
            files.append(file)

        gather()
    return files
