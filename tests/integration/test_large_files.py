"""Long files: pointers in the state, rows in the result, memory flat."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.integration.sales_files import CUSTOMER, sales_of
from tests.integration.waiting import PATIENCE

if TYPE_CHECKING:
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
