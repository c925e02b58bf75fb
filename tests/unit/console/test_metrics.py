"""The lines of a graph: what they ask, and what they are called."""

from datetime import UTC, datetime
from typing import Any

import pytest

from console.metrics import Line, Metric, as_series, fitting_period, labels, number, queries


def metric(name: str, **dimensions: str) -> Metric:
    return Metric("AWS/Lambda", name, tuple(sorted(dimensions.items())))


def test_a_metric_is_asked_as_it_was_listed() -> None:
    listed = {
        "Namespace": "AWS/Lambda",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": "parse-csv"}],
    }
    (asked,) = queries([Line("m1", Metric.from_answer(listed), stat="Sum", period_s=60)], 3600)
    assert asked["MetricStat"] == {"Metric": listed, "Period": 60, "Stat": "Sum"}


@pytest.mark.parametrize(
    ("lines", "called"),
    [
        (
            [metric("Errors", FunctionName="a"), metric("Errors", FunctionName="b")],
            ["a", "b"],
        ),
        (
            [metric("Errors", FunctionName="a"), metric("Duration", FunctionName="a")],
            ["Errors", "Duration"],
        ),
        (
            [metric("Errors", FunctionName="a"), metric("Duration", FunctionName="b")],
            ["Errors a", "Duration b"],
        ),
        ([metric("Errors")], ["Errors"]),
    ],
)
def test_lines_are_called_by_what_they_differ_in(lines: list[Metric], called: list[str]) -> None:
    named = labels([Line(f"m{n}", each) for n, each in enumerate(lines)])
    assert list(named.values()) == called


def test_an_arn_is_called_by_its_end() -> None:
    arn = "arn:aws:states:ap-southeast-1:111111111111:stateMachine:ProcessCSVWorkflow"
    lines = [
        Line("a", Metric("AWS/States", "ExecutionsFailed", (("StateMachineArn", arn),))),
        Line("b", Metric("AWS/States", "ExecutionsFailed", (("StateMachineArn", "other"),))),
    ]
    assert labels(lines)["a"] == "ProcessCSVWorkflow"


def test_the_pages_of_an_answer_become_one_line_in_order() -> None:
    line = Line("m1", metric("Errors", FunctionName="a"))
    moments = [datetime.fromtimestamp(each, UTC) for each in (120, 60, 0)]
    pages = [
        {"Id": "m1", "Label": "Errors", "Timestamps": moments[:2], "Values": [3.0, 2.0]},
        {"Id": "m1", "Label": "Errors", "Timestamps": moments[2:], "Values": [1.0]},
    ]
    (series,) = as_series([line], pages)
    assert series.points == ((0, 1.0), (60, 2.0), (120, 3.0))
    assert series.last == 3.0


def test_an_expression_with_several_lines_keeps_their_own_names() -> None:
    line = Line("e1", expression="METRICS()")
    results: list[dict[str, Any]] = [
        {"Id": "e1", "Label": label, "Timestamps": [], "Values": []} for label in ("one", "two")
    ]
    assert [each.label for each in as_series([line], results)] == ["one", "two"]


@pytest.mark.parametrize(
    ("period_s", "span_s", "fitting_s"),
    [(60, 3600, 60), (60, 7 * 86400, 900), (10, 3 * 3600, 10), (86400, 900, 86400)],
)
def test_a_long_range_has_longer_periods(period_s: int, span_s: int, fitting_s: int) -> None:
    assert fitting_period(period_s, span_s) == fitting_s


@pytest.mark.parametrize(
    ("value", "text"), [(None, "-"), (3.0, "3"), (1234567.0, "1,234,567"), (0.123456, "0.1235")]
)
def test_values_are_read_easily(value: float | None, text: str) -> None:
    assert number(value) == text
