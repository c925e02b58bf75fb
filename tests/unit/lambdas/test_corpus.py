"""The corpus of odd files through the reader alone, and through the independent recount."""

from io import BytesIO

import pytest

from lab.promise.recount import recount
from pipeline.csv_reading import read_records, survey
from pipeline.errors import FileRejectedError
from pipeline.reasons import FileReason
from pipeline.rows import RowRejection, RowRules
from tests.integration.corpus import Case, corpus

UNREADABLE = {"archived", "encrypted_with_own_key"}
LONG = {"too_many_lines"}
"""Seconds; test_csv_reading.py shows it with a lower limit."""
CASES = [
    case
    for case in corpus()
    if case.name.rstrip("/").lower().endswith(".csv") and case.reason not in UNREADABLE | LONG
]


def _read(body: bytes) -> tuple[int, tuple[str, ...]]:
    """Valid rows, and the reasons of the others."""
    found = survey(lambda: BytesIO(body))
    rules = RowRules(found.header)
    _, records = read_records(BytesIO(body), found.format)
    rows = [rules.read(record) for record in records]
    refused = tuple(row.reason for row in rows if isinstance(row, RowRejection))
    valid = len(rows) - len(refused)
    if not valid:
        raise FileRejectedError(FileReason.NO_VALID_ROWS)
    return valid, refused


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(corpus()) >= 150
    assert len({case.what for case in corpus()}) == len(corpus())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_each_odd_file_is_read_as_the_rules_say(case: Case) -> None:
    if case.reason is not None:
        with pytest.raises(FileRejectedError) as refused:
            _read(case.body)
        assert refused.value.rejection.reason == case.reason
        return
    assert _read(case.body) == (case.valid, case.refused)
    counted = recount(case.body)
    assert (counted.valid, len(counted.refused)) == (case.valid, len(case.refused))
