"""Long files: pointers in the state, rows in the result, memory flat."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.integration.sales_files import CUSTOMER, HEADER, sales_of
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.lab_under_test import LabUnderTest

LARGEST_STATE = 32 * 1024


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(50_000, id="50,000 rows"),
        pytest.param(1_000_000, id="1,000,000 rows", marks=pytest.mark.slow),
    ],
)
def test_a_long_file_succeeds_with_small_states_and_no_name_in_history_or_logs(
    lab: LabUnderTest, rows: int
) -> None:
    """Item 27."""
    sales = sales_of(rows, seed=rows)
    upload = lab.upload("long.csv", sales.body)

    outcome = lab.outcome_of(upload, within=PATIENCE + rows / 2_000)
    execution = lab.execution_of(outcome.job_id)

    assert execution["status"] == "SUCCEEDED"
    summary = outcome.body["summary"]
    assert summary["total_rows"] == summary["valid_rows"] == rows
    assert f"{summary['total_revenue']:.2f}" == f"{sales.revenue:.2f}"
    assert {
        product: f"{figures['revenue']:.2f}"
        for product, figures in summary["product_breakdown"].items()
    } == {product: f"{revenue:.2f}" for product, revenue in sales.products.items()}
    history = lab.history_of(outcome.job_id)
    for event in history:
        assert len(json.dumps(event, default=str, ensure_ascii=False).encode()) < LARGEST_STATE
    assert CUSTOMER not in json.dumps(history, default=str)
    for function in lab.settings.functions:
        assert CUSTOMER not in "\n".join(lab.log_lines(function, upload.uploaded_at))


WIDEST = ",".join([HEADER, *(f"{n:03d}{'n' * 97}" for n in range(250))])
SHORTEST = "1,1,1,1,1,2024-01-15"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "expected"),
    [
        pytest.param(
            lambda: f"{HEADER}\n" + f"{SHORTEST}\n" * 1_999_999, 1_999_999, id="the shortest rows"
        ),
        pytest.param(
            lambda: f"{WIDEST}\n" + f"{SHORTEST}{',' * 250}\n" * 240_000,
            240_000,
            id="rows of all columns",
        ),
        pytest.param(
            lambda: f"{HEADER}\n" + f"{' ,' * 15}\n" * 1_999_999, "no_data_rows", id="blank cells"
        ),
        pytest.param(lambda: "\n" * (60 * 1024 * 1024), "too_many_lines", id="blank lines"),
    ],
)
def test_the_costliest_file_of_the_largest_size_reaches_its_outcome_in_time(
    lab: LabUnderTest, make: Callable[[], str], expected: str | int
) -> None:
    """At the limits of size, lines and columns no function runs into its timeout."""
    body = make()
    assert 0.6 * lab.settings.max_file_bytes < len(body) <= lab.settings.max_file_bytes
    upload = lab.upload("costly.csv", body)

    outcome = lab.outcome_of(upload, within=10 * PATIENCE)
    lab.execution_of(outcome.job_id)

    reports = [
        f"{function}: {line.strip()}"
        for function in lab.settings.functions
        for line in lab.log_lines(function, upload.uploaded_at)
        if line.startswith("REPORT")
    ]
    print("", *reports, sep="\n")  # noqa: T201 - for the documentation
    assert not [report for report in reports if "Status: timeout" in report]
    if isinstance(expected, str):
        assert outcome.reason == expected
        return
    assert outcome.kind == "processed", outcome.body["details"]
    summary = outcome.body["summary"]
    assert summary["total_rows"] == summary["valid_rows"] == expected
    omitted = summary.get("omitted_rows", 0)
    assert ("its data lacks" in lab.mail_of(outcome.job_id).text) is (omitted > 0)
    assert (omitted > 0) is (body.startswith(WIDEST))
