"""The functions of the week 3 exercises over the fakes of the pipeline's tests."""

import importlib
from typing import Any

import pytest

from pipeline.errors import MalformedJobError
from tests.integration.sales_files import HEADER
from tests.unit.lambdas.pipeline_under_test import Pipeline

ROWS = (
    "ORD1,สมชาย,Widget B,2,450.00,2024-01-15",
    "ORD2,สมหญิง,Widget A,5,250.05,2024-01-15",
    "ORD3,วิชัย,Widget A,0.5,250.00,2024-01-16",
    "ORD4,นิดา,Widget C,many,1200.00,2024-01-16",
)


class Exercises(Pipeline):
    """The exercises' functions beside the pipeline's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(monkeypatch)
        monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-southeast-1")
        for package in ("check_file_size", "list_products", "summarise_product", "compare_totals"):
            module = importlib.import_module(f"{package}.handler")
            if hasattr(module, "s3"):
                monkeypatch.setattr(module, "s3", self.s3)
            self._modules[package] = module

    def parsed(self, *rows: str) -> dict[str, Any]:
        """A file's job after parse-csv."""
        body = "\n".join((HEADER, *rows)) + "\n"
        return self.run("parse_csv", self.upload(body.encode()))


@pytest.fixture
def exercises(monkeypatch: pytest.MonkeyPatch) -> Exercises:
    return Exercises(monkeypatch)


def test_the_size_is_asked_of_s3_and_the_file_not_read(exercises: Exercises) -> None:
    job = exercises.upload(b"x" * 1234)
    exercises.s3.calls.clear()
    assert exercises.run("check_file_size", job) == {"file_size_bytes": 1234}
    assert exercises.s3.calls == ["head_object"]


def test_products_are_listed_once_and_in_order_without_those_of_rejected_rows(
    exercises: Exercises,
) -> None:
    assert exercises.run("list_products", exercises.parsed(*ROWS)) == {
        "names": ["Widget A", "Widget B"]
    }


@pytest.mark.parametrize("names", [[f"P{number}" for number in range(41)], ["P" * 101]])
def test_more_than_an_inline_map_should_be_given_is_refused(
    exercises: Exercises, names: list[str]
) -> None:
    rows = [f"O,c,{name},1,1.00,2024-01-01" for name in names]
    with pytest.raises(Exception, match="Distributed Map") as refused:
        exercises.run("list_products", exercises.parsed(*rows))
    assert type(refused.value).__name__ == "TooManyProductsError"


def test_as_many_products_as_an_inline_map_runs_at_a_time_are_listed(exercises: Exercises) -> None:
    rows = [f"O,c,P{number},1,1.00,2024-01-01" for number in range(40)]
    assert len(exercises.run("list_products", exercises.parsed(*rows))["names"]) == 40


def test_one_product_is_added_up_exactly(exercises: Exercises) -> None:
    event = {"product": "Widget A", "job": exercises.parsed(*ROWS)}
    assert exercises.run("summarise_product", event) == {
        "product": "Widget A",
        "quantity": "5.5",
        "revenue_satang": 137_525,
        "orders": 2,
    }


def test_a_job_that_parse_csv_has_not_seen_is_refused(exercises: Exercises) -> None:
    with pytest.raises(MalformedJobError, match="has parse-csv run"):
        exercises.run("list_products", exercises.upload(b"a,b\n1,2\n"))


@pytest.mark.parametrize(
    ("sums", "total", "match"),
    [([28, 1], 0.29, True), ([375_000, 225_000, 120_000], 7200.0, True), ([28], 0.29, False)],
)
def test_totals_are_compared_to_the_satang(
    exercises: Exercises, sums: list[int], total: float, match: bool
) -> None:
    event = {
        "job_id": "job-1",
        "products": [{"revenue_satang": each} for each in sums],
        "total_revenue": total,
    }
    answer = exercises.run("compare_totals", event)
    assert answer["totals_match"] is match
    assert answer["products_total_satang"] == sum(sums)
