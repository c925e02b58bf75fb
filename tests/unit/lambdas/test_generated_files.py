"""Generated files through all seven functions: each becomes what it was built to become.

The same files each time. `LAB_GENERATED_FILES=5000` soaks instead: so many files, other ones each
time; what fails is printed in its smallest form.
"""

import json
import os
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from lab.promise.recount import recount
from tests.integration.generated_files import KINDS, SHARES, GeneratedFile, share_of
from tests.unit.lambdas.pipeline_under_test import Pipeline

KEY = "uploads/{}"
LONGEST_FILE = 4_000_000
"""Bytes: above an endless record, so that the record is what is refused."""

SOAK = int(os.environ.get("LAB_GENERATED_FILES", "0"))


def profile(kind: str) -> settings:
    return settings(
        max_examples=share_of(kind, SOAK or sum(SHARES.values())),
        derandomize=not SOAK,
        phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],  # explaining is slow
        report_multiple_bugs=False,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_generated_file_becomes_what_it_was_built_to_become(kind: str) -> None:
    @profile(kind)
    @given(KINDS[kind])
    def becomes(file: GeneratedFile) -> None:
        with pytest.MonkeyPatch.context() as monkeypatch:
            check(Pipeline(monkeypatch), file, monkeypatch)

    becomes()


def check(pipeline: Pipeline, file: GeneratedFile, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("csv_validator", "parse_csv"):
        monkeypatch.setattr(pipeline.module(package), "MAX_FILE_BYTES", LONGEST_FILE)
    state = pipeline.process(file.body, KEY.format(file.name))
    assert len(pipeline.sns.published) == 1
    if file.reasons:
        check_failure(pipeline, file, state)
    else:
        check_result(pipeline, file, state)


def check_failure(pipeline: Pipeline, file: GeneratedFile, state: dict[str, Any]) -> None:
    """One failure and no result; of a table without a valid row the rows are named."""
    assert state["failure_reason"] in file.reasons
    assert pipeline.s3.keys("processed") == []
    assert pipeline.s3.keys("raw") == [state["failed_key"], state["error_key"]]
    assert pipeline.s3.objects["raw", state["failed_key"]].body == file.body
    error = json.loads(pipeline.s3.objects["raw", state["error_key"]].body)
    assert error["source_key"] == KEY.format(file.name)
    assert error["reason"] == state["failure_reason"]
    if file.reasons == {"no_valid_rows"}:
        named = [(row["row"], row["reason"]) for row in error["details"]["first_rows"]]
        assert error["details"]["total_rows"] == len(file.refused)
        assert named == file.refused[:5]


def check_result(pipeline: Pipeline, file: GeneratedFile, state: dict[str, Any]) -> None:
    """One result with the figures of the rows that count; the upload stays."""
    assert state["transform_status"] == "success"
    assert pipeline.s3.keys("raw") == [KEY.format(file.name)]
    assert pipeline.s3.keys("processed") == [state["output_key"]]
    body = pipeline.s3.objects["processed", state["output_key"]].body
    result = json.loads(body, parse_float=Decimal)
    summary = result["summary"]
    revenue = sum((row.revenue for row in file.valid), Decimal(0))
    assert summary["total_rows"] == len(file.rows)
    assert summary["valid_rows"] == len(file.valid)
    assert summary["rejected_rows"] == len(file.rows) - len(file.valid)
    assert summary["total_revenue"] == revenue
    assert_is_mean(summary["average_order_value"], revenue, len(file.valid))
    assert [(entry["row"], entry["reason"]) for entry in result["rejected"]] == file.refused
    assert summary["product_breakdown"] == products(file)
    assert result["data"] == [data(file, number) for number in range(len(file.valid))]
    assert_is_counted_the_same_again(file, revenue)


def assert_is_mean(written: Decimal, total: Decimal, count: int) -> None:
    """Exact, with halves rounded up, whatever the context of Decimal."""
    above = Fraction(written) - Fraction(total) / count
    assert written == round(written, 2)
    assert -Fraction(1, 200) < above <= Fraction(1, 200)


def products(file: GeneratedFile) -> dict[str, dict[str, Decimal | int]]:
    found: dict[str, dict[str, Decimal | int]] = {}
    for row in file.valid:
        name = row.values[file.header.index("product")]
        figures = found.setdefault(name, {"quantity": 0, "revenue": 0, "orders": 0})
        figures["quantity"] += row.quantity
        figures["revenue"] += row.revenue
        figures["orders"] += 1
    return found


def data(file: GeneratedFile, number: int) -> dict[str, Any]:
    """What the result holds of a valid row: all named columns as text, and its revenue."""
    row = file.valid[number]
    named = {name: value for name, value in zip(file.header, row.values, strict=True) if name}
    return named | {"revenue": row.revenue}


def assert_is_counted_the_same_again(file: GeneratedFile, revenue: Decimal) -> None:
    """`lab verify` trusts the recount."""
    counted = recount(file.body)
    assert (counted.rows, counted.valid, counted.revenue) == (
        len(file.rows),
        len(file.valid),
        revenue,
    )
    assert counted.refused == [number for number, _ in file.refused]
    assert {name: asdict(sold) for name, sold in counted.products.items()} == products(file)
