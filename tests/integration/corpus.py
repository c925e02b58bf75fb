"""Bad and odd input: files of every class that people upload, each with what must become of it.

`expected` is `processed` with the number of valid and refused rows, or the reason code of the
failure. The rules are those of docs/csv-rules.md.
"""

from __future__ import annotations

import gzip
import io
import random
import unicodedata
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.integration.sales_files import HEADER

if TYPE_CHECKING:
    from collections.abc import Mapping

ROW = "ORD001,Unmistakable Customer,Widget A,5,250.00,2024-01-15"
_GOOD = f"{HEADER}\n{ROW}\n"


@dataclass(frozen=True, slots=True)
class Case:
    """One file.

    Attributes:
        what: What is odd about it.
        name: Its file name.
        body: Its bytes.
        reason: The reason code when it must fail, None when it must be processed.
        valid: Rows that count, when processed.
        refused: Reason codes of the refused rows in order, when processed.
        put: What PutObject is told of it beside its key and its bytes.
        form: The further fields of the form by which it is posted; None when it is put.
    """

    what: str
    name: str
    body: bytes
    reason: str | None = None
    valid: int = 1
    refused: tuple[str, ...] = ()
    put: Mapping[str, Any] = field(default_factory=dict)
    form: Mapping[str, str] | None = None


def corpus() -> list[Case]:
    """Return all cases."""
    return [
        *_encodings(),
        *_no_text(),
        *_structure(),
        *_headers(),
        *_cells(),
        *_rows_of_noise(),
        *_names(),
        *_unreadable(),
        *_forms(),
    ]


def _processed(what: str, text: str, valid: int = 1, *refused: str) -> Case:
    return Case(what, "odd.csv", text.encode(), None, valid, refused)


def _failed(what: str, body: str | bytes, reason: str, name: str = "bad.csv") -> Case:
    return Case(what, name, body.encode() if isinstance(body, str) else body, reason)


def _encodings() -> list[Case]:
    thai = _GOOD.replace("Unmistakable", "สมชาย")
    cases = [
        Case(f"Thai in {encoding}", "thai.csv", mark + thai.encode(encoding))
        for encoding, mark in (
            ("utf-8", b""),
            ("utf-8-sig", b""),
            ("cp874", b""),
            ("utf-16", b""),
            ("utf-16-le", b"\xff\xfe"),
            ("utf-16-be", b"\xfe\xff"),
        )
    ]
    cases += [
        Case(
            f"{end!r} line ends in {encoding}",
            "ends.csv",
            _GOOD.replace("\n", end).encode(encoding),
        )
        for end in ("\r\n", "\r")
        for encoding in ("utf-8", "cp874", "utf-16")
    ]
    return [
        *cases,
        _failed("a byte order mark and nothing else", b"\xef\xbb\xbf", "empty_file"),
        _failed("a UTF-16 mark and nothing else", b"\xff\xfe", "empty_file"),
        _failed("the mark of UTF-8 twice", b"\xef\xbb\xbf" * 2 + _GOOD.encode(), "missing_columns"),
        _failed(
            "the mark of UTF-16 twice",
            b"\xff\xfe" * 2 + _GOOD.encode("utf-16-le"),
            "missing_columns",
        ),
        _failed("UTF-16 with half a character", _GOOD.encode("utf-16") + b"\x41", "undecodable"),
        _failed("UTF-16 without its mark", _GOOD.encode("utf-16-le"), "undecodable"),
        _failed("UTF-32", _GOOD.encode("utf-32"), "undecodable"),
        *(
            _failed(
                f"byte {byte:#x}, which is neither UTF-8 nor CP874",
                _GOOD.encode().replace(b"Customer", bytes([byte, 0x20])),
                "undecodable",
            )
            for byte in (0xDB, 0xDE, 0xFC, 0xFF, 0x81, 0x90)
        ),
    ]


def _no_text() -> list[Case]:
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    noise = random.Random(5).randbytes(4096)  # noqa: S311 - test data, no secret
    return [
        _failed("a zip or .xlsx", book.getvalue(), "not_csv"),
        _failed("gzip", gzip.compress(_GOOD.encode(), mtime=0), "not_csv"),
        _failed("an old .xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise, "not_csv"),
        _failed("PNG", b"\x89PNG\r\n\x1a\n" + noise, "not_csv"),
        _failed("JPEG", b"\xff\xd8\xff\xe0" + noise, "not_csv"),
        _failed("GIF", b"GIF89a" + noise, "not_csv"),
        _failed("PDF", b"%PDF-1.7\n" + noise, "not_csv"),
        _failed("7z", b"7z\xbc\xaf\x27\x1c" + noise, "not_csv"),
        _failed("RAR", b"Rar!\x1a\x07\x01" + noise, "not_csv"),
        _failed("bzip2", b"BZh91AY" + noise, "not_csv"),
        _failed("noise", b"\x00" + noise, "undecodable"),
        *(
            _failed(
                f"control character {byte:#04x} in a cell",
                _GOOD.replace("Widget", f"Wid{chr(byte)}get"),
                "undecodable",
            )
            for byte in (0x00, 0x01, 0x07, 0x08, 0x0B, 0x0C, 0x1A, 0x1B, 0x7F)
        ),
        *(
            _failed(f"a file called {name}", _GOOD, "not_csv", name)
            for name in ("a.txt", "a.CSV.txt", "a", "a.xlsx", "a.csv.zip", "csv", "a.csv ", "a.tsv")
        ),
    ]


def _structure() -> list[Case]:
    cells = [cell for row in (HEADER, ROW) for cell in row.split(",")]
    semicolons, tabs = _GOOD.replace(",", ";"), _GOOD.replace(",", "\t")
    quoted = "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in (HEADER, ROW))
    long_name = "N" * 1001
    return [
        _failed("0 bytes", "", "empty_file"),
        _failed("one line end", "\n", "empty_file"),
        _failed("spaces", "   \n\t\n", "empty_file"),
        _failed("the header only", HEADER, "no_data_rows"),
        _failed("the header and blank lines", f"{HEADER}\n\n \n", "no_data_rows"),
        _failed("the header and empty cells", f"{HEADER}\n,,,,,\n", "no_data_rows"),
        _processed("no line end at the end", _GOOD.rstrip()),
        _processed("blank lines everywhere", f"\n\n{HEADER}\n\n{ROW}\n\n\n"),
        _processed("blank lines of no-break spaces, semicolons", f",\u00a0,\n{semicolons}"),
        _processed("blank lines of separators, semicolons", f',,,\n"",""\n{semicolons}'),
        _processed("semicolons", semicolons),
        _processed("tabs", tabs),
        _processed("all cells quoted", quoted),
        _processed("spaces around cells", ", ".join(cells[:6]) + "\n" + " , ".join(cells[6:])),
        _processed("a line end inside quotes", _GOOD.replace("Widget A", '"Widget\nA"')),
        _processed(
            "a quoted column name that begins with a line end",
            _GOOD.replace("order_id", '"\norder_id"'),
        ),
        _processed(
            "a first column's name of two lines, semicolons",
            f'"note\nof ours",{HEADER}\nx,{ROW}\n'.replace(",", ";"),
        ),
        _processed("a comma inside quotes", _GOOD.replace("Widget A", '"Widget, A"')),
        _processed("doubled quotes", _GOOD.replace("Widget A", '"3"" Widget"')),
        _failed("a quote never closed", _GOOD.replace("Widget", '"Widget'), "malformed_csv"),
        _failed("text after a quote", _GOOD.replace("Widget A", '"Widget"A'), "malformed_csv"),
        _failed(
            "a field of a million characters",
            _GOOD.replace("Widget A", "W" * (1024 * 1024)),
            "malformed_csv",
        ),
        _failed("one quotation mark and nothing else", '"', "malformed_csv"),
        _processed("a quotation mark after a space is text", _GOOD.replace("Widget A", ' "3"')),
        _processed("1,000 characters in a cell", _GOOD.replace("Widget A", "W" * 1000)),
        _processed(
            "1,001 characters in a cell",
            _GOOD + ROW.replace("Widget A", long_name),
            1,
            "field_too_long",
        ),
        _processed(
            "200,000 characters in a cell",
            _GOOD + ROW.replace("Widget A", "W" * 200_000),
            1,
            "field_too_long",
        ),
        _processed("a cell too few", f"{_GOOD}A,B,C,1,1.00\n", 1, "ragged_row"),
        _processed("a cell too many", f"{_GOOD}{ROW},more\n", 1, "ragged_row"),
        _processed("one word as a row", f"{_GOOD}total\n", 1, "ragged_row"),
        _failed("only ragged rows", f"{HEADER}\n1,2,3\n", "no_valid_rows"),
        _failed("too many lines", f"{_GOOD}{chr(10) * 2_000_000}", "too_many_lines"),
        _failed("pipes", _GOOD.replace(",", "|"), "missing_columns"),
        _failed("JSON", '[{"order_id": 1}]\n[{}]\n', "missing_columns"),
        _failed("HTML", "<html>\n<body>hello</body>\n</html>\n", "missing_columns"),
        _failed("prose", "Dear Sir,\nplease find attached\n", "missing_columns"),
    ]


def _headers() -> list[Case]:
    names = HEADER.split(",")
    reordered = ",".join(reversed(names)) + "\n" + ",".join(reversed(ROW.split(","))) + "\n"
    return [
        _processed("columns in another order", reordered),
        _processed(
            "a further column", _GOOD.replace("date\n", "date,note\n").replace("-15\n", "-15,x\n")
        ),
        _processed(
            "a column without a name", _GOOD.replace("date\n", "date,\n").replace("-15\n", "-15,\n")
        ),
        _processed("spaces in the header", _GOOD.replace(HEADER, " , ".join(names))),
        *(_failed(f"no {name}", _GOOD.replace(name, "other"), "missing_columns") for name in names),
        *(
            _failed(f"{name} in capitals", _GOOD.replace(name, name.upper()), "missing_columns")
            for name in names
        ),
        *(
            _failed(
                f"{name} twice",
                f"{HEADER},{name}\n{ROW},{ROW.split(',')[names.index(name)]}\n",
                "duplicate_header",
            )
            for name in names
        ),
        *(_wide(columns) for columns in (256, 257)),
        *(_long_name(letter, size) for letter in "nน" for size in (100, 101)),
        _failed(
            "a column's name of a million characters",
            f"{HEADER},{'n' * 1_000_000}\n{ROW},x\n",
            "header_too_large",
        ),
        _failed("a further column twice", f"{HEADER},x,x\n{ROW},1,2\n", "duplicate_header"),
        _failed("no header at all", f"{ROW}\n{ROW.replace('001', '002')}\n", "missing_columns"),
        _failed("a title above the header", f"Sales 2024\n{_GOOD}", "missing_columns"),
    ]


def _wide(columns: int) -> Case:
    more = columns - len(HEADER.split(","))
    text = "".join(f"{line}{''.join(f',{n}' for n in range(more))}\n" for line in (HEADER, ROW))
    what = f"{columns} columns"
    return _processed(what, text) if columns <= 256 else _failed(what, text, "header_too_large")


def _long_name(letter: str, size: int) -> Case:
    text = f"{HEADER},{letter * size}\n{ROW},x\n"
    what = f"a column's name of {size} {letter}"
    return _processed(what, text) if size <= 100 else _failed(what, text, "header_too_large")


def _cells() -> list[Case]:
    def row(**changed: str) -> str:
        cells = dict(zip(HEADER.split(","), ROW.split(","), strict=True)) | changed
        return ",".join(f'"{cell}"' if "," in cell else cell for cell in cells.values())

    def refused(column: str, value: str, reason: str) -> Case:
        text = f"{_GOOD}{row(**{column: value})}\n"
        return _processed(f"{column} {value!r}", text, 1, reason)

    def accepted(column: str, value: str, **others: str) -> Case:
        return _processed(f"{column} {value!r}", f"{HEADER}\n{row(**{column: value}, **others)}\n")

    no_number = (
        *("nan", "NaN", "inf", "-inf", "Infinity", "1e5", "1E5", "0x10", "1_000", "๕", "٣", "５"),
        *("1,200.00", "1 200", "-5", "+5", "5.", ".5", "5..0", "฿5", "5 THB", "=1+1", "five", "-"),
        *("9" * 10, "1.23456", "1/2", "None", "NULL", "TRUE", "'5"),
    )
    return [
        *(
            refused("quantity", value, "bad_quantity")
            for value in (*no_number, "0", "0.000", "1.2345")
        ),
        *(refused("price", value, "bad_price") for value in no_number),
        *(
            refused("date", value, "bad_date")
            for value in (
                *("15/01/2024", "2024-1-5", "20240115", "2024-02-30", "2023-02-29", "2024-13-01"),
                *("2024-01-15T00:00:00", "0000-01-01", "๒๐๒๔-๐๑-๑๕", "yesterday", "2024-W03-1"),
            )
        ),
        *(
            refused(column, blank, "missing_value")
            for column in HEADER.split(",")
            for blank in ("", "   ")
        ),
        *(accepted("customer_name", value) for value in ("C1 \u0085 control", "a\u2028b")),
        *(
            accepted("quantity", value)
            for value in ("007", "\u00a05\u3000", "2.5", "0.001", "9" * 9, " 5 ")
        ),
        accepted("price", "9" * 9 + ".9999", quantity="9" * 9 + ".999"),
        *(accepted("price", value) for value in ("0", "0.00", "1.2345", "9" * 9)),
        *(
            accepted("date", value)
            for value in ("2024-02-29", "0001-01-01", "9999-12-31", "2567-01-15")
        ),
        *(
            accepted("product", value)
            for value in (
                *("=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "<script>alert(1)</script>"),
                *(
                    "'; DROP TABLE sales; --",
                    "${jndi:ldap://x}",
                    "../../etc/passwd",
                    "😀",
                    "__proto__",
                ),
                *("{{7*7}}", "%s%n", "\u202egnp.exe", "\u200b", "null"),
            )
        ),
    ]


def _rows_of_noise() -> list[Case]:
    """Generated: good rows with a known number of ragged ones among them."""
    cases = []
    for seed in range(10):
        chosen = random.Random(seed)  # noqa: S311 - test data, no secret
        lines, ragged = [HEADER], 0
        for _ in range(200):
            if chosen.random() < 0.2:
                lines.append(",".join("x" for _ in range(chosen.choice([1, 2, 3, 4, 5, 7, 8]))))
                ragged += 1
            else:
                lines.append(ROW)
        text = "\n".join(lines) + "\n"
        valid = 200 - ragged
        cases.append(
            _processed(f"ragged at random, seed {seed}", text, valid, *["ragged_row"] * ragged)
        )
    return cases


def _names() -> list[Case]:
    names = [
        *(
            "a b.csv",
            "a+b.csv",
            "a%20b.csv",
            "100%.csv",
            "a#b.csv",
            "a?b.csv",
            "a&b=c.csv",
            "a;b.csv",
        ),
        *(
            "a:b@c.csv",
            "a'b.csv",
            'a"b.csv',
            "a\\b.csv",
            "a|b.csv",
            "a<b>.csv",
            "a*b.csv",
            "a~b.csv",
        ),
        *("a[1].csv", "a{1}.csv", "a^b.csv", "a`b`.csv", "$(a).csv", "-rf.csv", ".csv", "..csv"),
        *(
            "a\tb.csv",
            "a\nb.csv",
            'a","event":"x.csv',
            "CON.csv",
            "รายงาน ๑.csv",
            "报告.csv",
            "😀.csv",
        ),
        *(
            "same.csv",
            "SAME.csv",
            "Same.CSV",
            "folder.csv/a.csv",
            "a/../b.csv",
            "./a.csv",
            "a//b.csv",
        ),
        *("a.csv/", "a.csv//", "folder/a.CSV/"),
        *(unicodedata.normalize(form, "é.csv") for form in ("NFC", "NFD")),
        *("n" * 200 + ".csv", "ก" * 200 + ".csv", "a.csv.b.csv", "\u202evsc.csv"),
    ]
    return [Case(f"the name {name!r}", name, _GOOD.encode()) for name in names]


def _unreadable() -> list[Case]:
    """Objects whose bytes S3 does not give away, and some that look so."""
    own_key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}

    def stored(what: str, reason: str | None, name: str = "stored.csv", **put: str) -> Case:
        return Case(what, name, _GOOD.encode(), reason, put=put)

    return [
        *(
            stored(f"storage class {storage_class}", "archived", StorageClass=storage_class)
            for storage_class in ("GLACIER", "DEEP_ARCHIVE")
        ),
        *(
            stored(f"storage class {storage_class}", None, StorageClass=storage_class)
            for storage_class in ("GLACIER_IR", "STANDARD_IA", "INTELLIGENT_TIERING")
        ),
        stored("a photograph in an archive", "not_csv", "photo.jpg", StorageClass="GLACIER"),
        stored("encrypted with a key of its own", "encrypted_with_own_key", **own_key),
        stored("a photograph with a key of its own", "not_csv", "photo.jpg", **own_key),
        Case("a name that ends with a slash", "data/", _GOOD.encode(), "not_csv"),
    ]


def _forms() -> list[Case]:
    """Files posted by a form, whose fields may hold what no header of an answer can."""
    fields = [
        *(
            {f"x-amz-meta-{name}": "value"}
            for name in ("ชื่อ", "na me", "na:me", "é", "(name)", "na\tme", "na\x7fme")
        ),
        *({"x-amz-meta-name": value} for value in ("ชื่อ", "a\r\nb", "a\x00b")),
        *(
            {header: value}
            for header in ("Content-Type", "Content-Disposition", "Cache-Control")
            for value in ("text/csv\r\nX-Evil: 1", "text/csv\n", "ไทย", "a\x00b", "a\x7fb")
        ),
        *({"x-amz-website-redirect-location": value} for value in ("/a\r\nb", "/ไทย")),
    ]
    return [
        Case(f"posted with {form!r}", "posted.csv", _GOOD.encode(), form=form) for form in fields
    ]
