"""CloudWatch metrics as data: the lines of a graph, what they ask, and what the answer says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

STATISTICS: Final = ("Average", "Minimum", "Maximum", "Sum", "SampleCount", "p50", "p90", "p99")
PERIODS: Final = {
    10: "10 seconds",
    30: "30 seconds",
    60: "1 minute",
    300: "5 minutes",
    900: "15 minutes",
    3600: "1 hour",
    21600: "6 hours",
    86400: "1 day",
}
"""As CloudWatch's console offers them, in seconds."""

RANGES: Final = {
    900: "15m",
    3600: "1h",
    3 * 3600: "3h",
    12 * 3600: "12h",
    86400: "1d",
    3 * 86400: "3d",
    7 * 86400: "1w",
}
"""How far back a graph looks, in seconds."""

MOST_POINTS: Final = 1440
"""Points of one line; CloudWatch's console widens the period beyond that too."""


@dataclass(frozen=True, order=True)
class Metric:
    """A metric, as ListMetrics names it.

    Args:
        namespace: For example `AWS/Lambda`.
        name: For example `Errors`.
        dimensions: Names and values, in the order of the names.
    """

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_answer(cls, metric: dict[str, Any]) -> Metric:
        """Return what CloudWatch's API describes."""
        pairs = sorted((each["Name"], each["Value"]) for each in metric.get("Dimensions") or ())
        return cls(metric["Namespace"], metric["MetricName"], tuple(pairs))

    @property
    def dimension_names(self) -> tuple[str, ...]:
        """What the metric is broken down by."""
        return tuple(name for name, _ in self.dimensions)

    @property
    def values(self) -> tuple[str, ...]:
        """Whose metric it is."""
        return tuple(value for _, value in self.dimensions)

    def as_parameter(self) -> dict[str, Any]:
        """Return the metric as CloudWatch's API takes it."""
        return {
            "Namespace": self.namespace,
            "MetricName": self.name,
            "Dimensions": [{"Name": name, "Value": value} for name, value in self.dimensions],
        }


@dataclass(frozen=True)
class Line:
    """A line of a graph: a metric, or an expression over the other lines.

    Args:
        id: By which expressions name it.
        metric: None for an expression.
        expression: Metric math; empty for a metric.
        stat: For example `Sum`.
        period_s: Seconds that one point stands for.
        label: As given; empty leaves it to what the lines differ in.
        visible: False for one that only expressions use.
        colour: As given.
        on_right: Whether its scale stands at the right.
    """

    id: str
    metric: Metric | None = None
    expression: str = ""
    stat: str = "Average"
    period_s: int = 300
    label: str = ""
    visible: bool = True
    colour: str = ""
    on_right: bool = False

    def as_query(self, period_s: int) -> dict[str, Any]:
        """Return the line as GetMetricData takes it."""
        asked: dict[str, Any] = {"Id": self.id, "ReturnData": self.visible}
        if self.label:
            asked["Label"] = self.label
        if self.metric is None:
            return asked | {"Expression": self.expression, "Period": period_s}
        stat = {"Metric": self.metric.as_parameter(), "Period": period_s, "Stat": self.stat}
        return asked | {"MetricStat": stat}


@dataclass(frozen=True)
class Series:
    """The points of one line.

    Args:
        label: What the line is called.
        points: Unix seconds and value, the oldest first.
        colour: As given; empty takes the next of the palette.
        on_right: Whether its scale stands at the right.
    """

    label: str
    points: tuple[tuple[float, float], ...]
    colour: str = ""
    on_right: bool = False

    @property
    def last(self) -> float | None:
        """The newest value; None without any."""
        return self.points[-1][1] if self.points else None


def fitting_period(period_s: int, span_s: int) -> int:
    """Return the period, or the next one with which a line has not too many points.

    Args:
        period_s: As asked for.
        span_s: How far back the graph looks.
    """
    longer = (each for each in sorted({period_s, *PERIODS}) if each >= period_s)
    return next((each for each in longer if span_s / each <= MOST_POINTS), max(PERIODS))


def queries(lines: Sequence[Line], span_s: int) -> list[dict[str, Any]]:
    """Return what GetMetricData is asked for a graph."""
    return [line.as_query(fitting_period(line.period_s, span_s)) for line in lines]


def labels(lines: Sequence[Line]) -> dict[str, str]:
    """Return what each line is called, by its id: what the lines differ in, as CloudWatch does."""
    metrics = [line.metric for line in lines if line.metric]
    names = {metric.name for metric in metrics}
    owners = {metric.dimensions for metric in metrics}
    stats = {line.stat for line in lines if line.metric}
    found = {}
    for line in lines:
        if line.label or line.metric is None:
            found[line.id] = line.label or line.expression
            continue
        owner = " ".join(map(short, line.metric.values))
        words = [line.metric.name] if len(names) > 1 or len(owners) == 1 or not owner else []
        words += [owner] if len(owners) > 1 and owner else []
        words += [line.stat] if len(stats) > 1 else []
        found[line.id] = " ".join(words)
    return found


def short(value: str) -> str:
    """Return the end of an ARN, which is what people know the thing by; other text as it is."""
    return value.rpartition(":")[2] if value.startswith("arn:") else value


def as_series(lines: Sequence[Line], results: Iterable[dict[str, Any]]) -> list[Series]:
    """Return what GetMetricData answered for a graph, in the order of the lines.

    Args:
        lines: As they were asked for.
        results: `MetricDataResults` of all pages; those of one line and label belong together.
    """
    by_id = {line.id: line for line in lines}
    called = labels(lines)
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for result in results:
        points = zip(result["Timestamps"], result["Values"], strict=True)
        place = found.setdefault((result["Id"], result.get("Label") or ""), [])
        place += [(moment.timestamp(), value) for moment, value in points]
    several = {line for line, _ in found if sum(other == line for other, _ in found) > 1}
    order = list(by_id)
    return [
        Series(
            # A label of AWS's answer may be one that was computed, such as of `${MAX}`.
            answered if by_id[line].label or line in several else called[line],
            tuple(sorted(points)),
            by_id[line].colour,
            by_id[line].on_right,
        )
        for (line, answered), points in sorted(found.items(), key=lambda it: order.index(it[0][0]))
    ]


def number(value: float | None) -> str:
    """Return a value as people read it: at most four digits after the point."""
    if value is None:
        return "-"
    return f"{round(value, 4):,.10g}"
