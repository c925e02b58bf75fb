"""Reading takes the time that the functions have, whatever the bytes of a file are.

The first test compares the worst files with an ordinary one at a small scale. With `-m slow -s`
they are read as large as they may be, and the seconds are those of docs/reliability.md.
"""

import io
import time
from collections.abc import Callable
from itertools import repeat

import pytest

from pipeline import csv_reading
from pipeline.csv_reading import MAX_COLUMN_NAME_CHARACTERS, MAX_COLUMNS, MAX_LINES, survey
from pipeline.errors import FileRejectedError
from provision.settings import CSV_VALIDATOR, TRANSFORM_DATA, Settings
from tests.integration.sales_files import HEADER
from tests.unit.lambdas.worst_files import WORST_FILES, ordinary
from transform_data.sales_report import SalesReport

LIMIT = Settings().max_file_bytes
FUNCTIONS = Settings().functions
SCALE = 128
"""How much smaller the files of the quick test are, in bytes and in lines."""

AS_LONG = 4
"""How many times as long as an ordinary file of its size the worst may take."""


def read(body: bytes) -> str:
    """Read a file as csv-validator does, and say what it is."""
    try:
        return f"{survey(lambda: io.BytesIO(body)).row_count:,} rows"
    except FileRejectedError as error:
        return error.rejection.reason


def seconds_of_cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def test_no_file_takes_much_longer_than_an_ordinary_one_of_its_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    size, lines = LIMIT // SCALE, MAX_LINES // SCALE
    monkeypatch.setattr(csv_reading, "MAX_LINES", lines)
    bodies = {what: make(size, lines) for what, make in WORST_FILES.items()}
    usual = ordinary(size)
    # The best of several: other programs only ever add time.
    reference = min(seconds_of_cpu(lambda: read(usual)) for _ in range(3))
    too_long = {}
    for what, body in bodies.items():
        times = (seconds_of_cpu(lambda body=body: read(body)) for _ in range(5))  # type: ignore[misc]
        quickest = next((taken for taken in times if taken < AS_LONG * reference), None)
        if quickest is None:
            too_long[what] = read(body)
    assert too_long == {}, f"an ordinary file of {size:,} bytes takes {reference:.3f} s"


@pytest.mark.slow
@pytest.mark.parametrize("what", WORST_FILES)
def test_the_worst_file_of_the_largest_size_takes_less_than_a_third_of_the_timeout(
    what: str,
) -> None:
    """Of csv-validator's, which is the shortest of those who read files."""
    body = WORST_FILES[what](LIMIT - 2 * len(HEADER) - 8, MAX_LINES)  # UTF-16 has two bytes
    assert LIMIT * 0.97 < len(body) <= LIMIT
    found: list[str] = []
    taken = seconds_of_cpu(lambda: found.append(read(body)))
    print(f"\n| {what} | {taken:.1f} | {found[0]} |")  # noqa: T201 - for the documentation
    assert taken < FUNCTIONS[CSV_VALIDATOR].timeout_seconds / 3


WIDEST = [
    *HEADER.split(","),
    *(
        f"{number:03d}{'ก' * (MAX_COLUMN_NAME_CHARACTERS - 3)}"
        for number in range(MAX_COLUMNS - len(HEADER.split(",")))
    ),
]
SHORTEST = ["1", "1", "1", "1", "1", "2024-01-15"]
LARGEST_RESULTS = {
    "the shortest rows": (HEADER.split(","), SHORTEST, MAX_LINES),
    "rows of full length": (
        HEADER.split(","),
        ["ORD001", "ส" * ((LIMIT // MAX_LINES - 26) // 3), *SHORTEST[2:]],
        MAX_LINES,
    ),
    "ragged rows": (HEADER.split(","), ["a"], MAX_LINES),
    "rows of all columns": (
        WIDEST,
        SHORTEST + [""] * (MAX_COLUMNS - len(SHORTEST)),
        LIMIT // (MAX_COLUMNS + len("".join(SHORTEST))),
    ),
}
"""The header, one record, and how often it may stand in a file."""


@pytest.mark.slow
@pytest.mark.parametrize("what", LARGEST_RESULTS)
def test_the_largest_result_takes_less_than_half_the_timeout_to_compute(what: str) -> None:
    header, record, times = LARGEST_RESULTS[what]
    report = SalesReport()
    sizes: list[int] = []
    taken = seconds_of_cpu(
        lambda: sizes.extend(map(len, report.rows_as_json(header, repeat(record, times))))
    )
    print(f"\n| {what}, {times:,} | {taken:.1f} | {sum(sizes) / 2**20:,.0f} MiB |")  # noqa: T201
    assert report.total_rows == times
    assert taken < FUNCTIONS[TRANSFORM_DATA].timeout_seconds / 2
