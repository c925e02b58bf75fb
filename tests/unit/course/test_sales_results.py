"""What the course reads in a result of a student's pipeline, whatever its shape."""

import pytest

from course.sales_results import read_result


@pytest.mark.parametrize(
    ("body", "is_of_it"),
    [
        (b'{"source_file": "uploads/twice.csv"}', True),
        (b'{"source_file": "uploads/4f3a21-twice.csv"}', False),
        (b'{"job": {"source_key": "uploads/4f3a21-twice.csv"}, "total_rows": 2}', False),
        (b'{"total_rows": 2}', True),
        (b"no JSON", True),
    ],
)
def test_a_result_of_another_upload_is_known_by_the_upload_that_it_names(
    body: bytes, is_of_it: bool
) -> None:
    assert read_result("processed/x_summary.json", body).may_be_of("uploads/twice.csv") is is_of_it
