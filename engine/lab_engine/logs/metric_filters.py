"""Turn log lines into the data points of a metric filter.

Source: "MetricTransformation" in the CloudWatch Logs API reference. A default value is published
when lines arrived and none of them matched.
"""

import json
import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from lab_engine.logs.patterns import Matcher, select

LogEvent = dict[str, Any]
Datum = dict[str, Any]


def data_points(
    transformation: dict[str, Any], matches: Matcher, events: Sequence[LogEvent]
) -> Iterator[Datum]:
    """Yield the data points of one metric transformation.

    Args:
        transformation: In the form of PutMetricFilter.
        matches: The filter's compiled pattern.
        events: Log events of the filter's own log group, each with `message` and `timestamp`.
    """
    matching = [event for event in events if matches(event["message"])]
    for event in matching:
        value = _value(transformation["metricValue"], event["message"])
        if value is not None:
            dimensions = _dimensions(transformation.get("dimensions") or {}, event["message"])
            yield _datum(transformation, value, event, dimensions)
    default = transformation.get("defaultValue")
    if events and not matching and default is not None:
        yield _datum(transformation, float(default), events[-1], [])


def _datum(
    transformation: dict[str, Any], value: float, event: LogEvent, dimensions: list[dict[str, str]]
) -> Datum:
    return {
        "MetricName": transformation["metricName"],
        "Value": value,
        "Unit": transformation.get("unit") or "None",
        "Timestamp": datetime.fromtimestamp(event["timestamp"] / 1000, UTC),
        "Dimensions": dimensions,
    }


def _value(metric_value: str, line: str) -> float | None:
    """Return a number, or the number that a selector such as `$.rows` finds in the line."""
    found = _selected(metric_value, line) if metric_value.startswith("$") else metric_value
    try:
        number = float(found)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _dimensions(selectors: dict[str, str], line: str) -> list[dict[str, str]]:
    found = {name: _selected(selector, line) for name, selector in selectors.items()}
    return [{"Name": n, "Value": str(value)} for n, value in found.items() if value is not None]


def _selected(selector: str, line: str) -> Any:
    try:
        return next(select(json.loads(line), selector), None)
    except ValueError:
        return None
