"""Encodings, delimiters, headers and records."""

import contextlib
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import csv_reading
from pipeline.csv_reading import (
    MAX_RECORD_CHARACTERS,
    CsvFormat,
    Survey,
    read_records,
    survey,
)
from pipeline.errors import FileRejectedError
from tests.integration.sales_files import HEADER, ROW

cells = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=20
)


def survey_of(content: bytes) -> Survey:
    return survey(lambda: io.BytesIO(content))


def reason_for(content: bytes) -> str:
    with pytest.raises(FileRejectedError) as caught:
        survey_of(content)
    return caught.value.rejection.reason


def records_of(content: bytes) -> list[list[str]]:
    found = survey_of(content)
    _, records = read_records(io.BytesIO(content), found.format)
    return list(records)


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("cp874", "cp874"),
        ("tis-620", "cp874"),
        ("utf-16", "utf-16"),
    ],
)
def test_8_every_encoding_gives_the_same_header_and_rows(codec: str, encoding: str) -> None:
    content = f"{HEADER}\r\n{ROW}\r\n".encode(codec)
    assert survey_of(content).format == CsvFormat(encoding, ",")
    assert survey_of(content).header == tuple(HEADER.split(","))
    assert records_of(content) == [ROW.split(",")]


def test_8_utf_16_of_either_byte_order_is_read() -> None:
    text = f"{HEADER}\n{ROW}\n"
    for content in (
        b"\xff\xfe" + text.encode("utf-16-le"),
        b"\xfe\xff" + text.encode("utf-16-be"),
    ):
        assert records_of(content) == [ROW.split(",")]


def test_the_encoding_is_decided_by_the_whole_file() -> None:
    late = f"{HEADER}\n" + "O,x,y,1,1.00,2024-01-01\n" * 50_000
    content = late.encode() + ROW.encode("cp874") + b"\n"
    assert survey_of(content).format.encoding == "cp874"
    assert survey_of(content).row_count == 50_001


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b" \r\n\r\n  ", "empty_file"),
        (b",,;\n;\t\n", "empty_file"),
        (b'" "\n', "empty_file"),
        (HEADER.encode(), "no_data_rows"),
        (f"{HEADER}\r\n\r\n,,,,,\r\n".encode(), "no_data_rows"),
        (b"PK\x03\x04" + b"x" * 100, "not_csv"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "not_csv"),
        (b"%PDF-1.7\n", "not_csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old excel", "not_csv"),
        (b"\xff\xd8\xff\xe0 jpeg", "not_csv"),
        (b"a,b\n1,2\x00\n", "undecodable"),
        (b"a,b\n1,\x1b[31m2\n", "undecodable"),
        (b"a,b\n\xe1,\x81\xfc\n", "undecodable"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "undecodable"),
        (b"\xff\xfea\x00,\x00b", "undecodable"),
        (f'{HEADER}\nO,"never closed,1\n{ROW}\n'.encode(), "malformed_csv"),
        (f'{HEADER}\nO,"closed"then text,1,1,1,1\n'.encode(), "malformed_csv"),
        (f'{HEADER}\nO,"'.encode() + b"x" * MAX_RECORD_CHARACTERS, "malformed_csv"),
        (HEADER.encode() + b"\n" + b"," * (MAX_RECORD_CHARACTERS + 1), "malformed_csv"),
        (HEADER.encode() + b"\n" + b'"\n",' * MAX_RECORD_CHARACTERS, "malformed_csv"),
        (b"product,price, product\nx,1,y\n", "duplicate_header"),
        (b"note,price,note\nx,1,y\n", "duplicate_header"),
    ],
)
def test_a_file_that_is_no_readable_csv_has_its_reason(content: bytes, reason: str) -> None:
    assert reason_for(content) == reason


@pytest.mark.parametrize(
    "lines",
    [
        f"{HEADER}\n{ROW}\n" + "\n" * 8,
        "\n" * 8 + f"{HEADER}\n{ROW}\n",
        f"{HEADER}\n" + f"{ROW}\n" * 9,
        f"{HEADER}\r" + "a\r" * 9,
        f"{HEADER}\r\n" + f"{ROW}\r\n" * 9,
        f'{HEADER}\nO,"' + "\n" * 8 + '",C,1,1.00,2024-01-15\n',
    ],
    ids=["blank below", "blank above", "rows", "CR", "CRLF", "in quotes"],
)
def test_a_file_may_have_so_many_lines_and_not_one_more(
    monkeypatch: pytest.MonkeyPatch, lines: str
) -> None:
    monkeypatch.setattr(csv_reading, "MAX_LINES", 10)
    assert survey_of(lines.encode()).row_count > 0
    assert reason_for((lines + "a\n").encode()) == "too_many_lines"


def test_a_quotation_mark_within_a_column_s_name_is_text_however_long_the_file() -> None:
    rows = 2 * MAX_RECORD_CHARACTERS // len(ROW)
    content = f'{HEADER},3" pipe\n' + f"{ROW},x\n" * rows
    assert survey_of(content.encode()).row_count == rows


def test_the_line_that_is_named_counts_from_the_top_of_the_file() -> None:
    with pytest.raises(FileRejectedError) as caught:
        survey_of(f'\n\n{HEADER}\n{ROW}\nO,"a"b,C,1,1.00,2024-01-15\n{ROW}\n'.encode())
    assert caught.value.rejection.details == {"line": 5}


def test_too_large_a_header_is_described_by_numbers_alone() -> None:
    with pytest.raises(FileRejectedError) as caught:
        survey_of(f"{HEADER},{'สมชาย' * 21}\n{ROW},x\n".encode())
    assert caught.value.rejection.details == {
        "column_count": 7,
        "longest_name": 105,
        "most_columns": 256,
        "most_characters": 100,
    }


class Opened:
    """A file that counts how often it is opened."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.times = 0

    def __call__(self) -> io.BytesIO:
        self.times += 1
        return io.BytesIO(self._content)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_reading, "KEPT_BYTES", 1000)
    monkeypatch.setattr(csv_reading, "CHUNK_BYTES", 100)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(("size", "times"), [(1000, 1), (1001, 2), (1101, 2), (5000, 2)])
@pytest.mark.parametrize("last", [b"\n", b"\xa1\n"])
def test_a_long_file_is_opened_twice_whatever_its_encoding_and_another_one_once(
    size: int, times: int, last: bytes
) -> None:
    head = f"{HEADER}\n{ROW}\n".encode("cp874" if last != b"\n" else "utf-8")
    file = Opened(head + b"x" * (size - len(head) - len(last)) + last)
    assert survey(file).row_count == 2
    assert file.times == times


@pytest.mark.usefixtures("small_chunks")
def test_a_character_cut_in_two_by_a_chunk_is_one_character() -> None:
    head = f"{HEADER}\n{ROW}\n".encode()
    content = head + b"x" * (1000 - len(head) - 1) + "ก\n".encode()
    assert survey_of(content).format.encoding == "utf-8"
    assert reason_for(content[:-2]) == "undecodable"  # the character is never finished


def test_a_duplicate_column_is_named_only_when_the_course_knows_it() -> None:
    with pytest.raises(FileRejectedError) as caught:
        survey_of("price,price,สมชาย,สมชาย\n1,1,1,1\n".encode())
    assert caught.value.rejection.details == {"columns": ["price"], "other_columns": 1}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_header_line_decides_the_delimiter(delimiter: str) -> None:
    content = f"{HEADER}\n{ROW}\n".replace(",", delimiter).encode()
    assert survey_of(content).format.delimiter == delimiter
    assert records_of(content) == [ROW.split(",")]


def test_a_comma_within_a_header_does_not_outweigh_known_columns() -> None:
    content = f"{HEADER};note, or remark, or a, b, c\n{ROW};x\n".replace(",", ";", 5).encode()
    assert survey_of(content).format.delimiter == ";"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_all_three_line_ends_are_read(line_end: str) -> None:
    assert survey_of(line_end.join([HEADER, ROW, ROW]).encode()).row_count == 2


def test_headers_are_trimmed_and_may_be_empty() -> None:
    assert survey_of(b" order_id , price,,\n1,2,,\n").header == ("order_id", "price", "", "")


def test_lines_without_content_are_no_rows() -> None:
    assert survey_of(f"\r\n{HEADER}\n\n{ROW}\n , ,,,,\n\n".encode()).row_count == 1


def test_a_field_beyond_the_csv_modules_own_limit_is_read() -> None:
    long = "x" * (csv.field_size_limit() // 2)
    assert len(long) > 131_072
    assert records_of(f"a,b\n{long},1\n".encode()) == [[long, "1"]]


def test_a_quoted_line_break_stays_within_its_cell() -> None:
    assert records_of(b'a,b\n"two\nlines",1\n') == [["two\nlines", "1"]]


@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=8))
def test_what_the_csv_module_writes_is_read_back(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([["order_id", "b", "c"], *rows])
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    if kept:
        assert records_of(text.getvalue().encode()) == kept
    else:
        assert reason_for(text.getvalue().encode()) == "no_data_rows"


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_surveyed_or_refused_with_a_reason(content: bytes) -> None:
    with contextlib.suppress(FileRejectedError):
        assert survey_of(content).row_count > 0


@given(st.text(st.sampled_from('ab,;\t"\r\n ก'), max_size=60))
def test_any_text_has_as_many_records_as_its_survey_says(text: str) -> None:
    content = text.encode()
    try:
        found = survey_of(content)
    except FileRejectedError:
        return
    assert len(records_of(content)) == found.row_count
