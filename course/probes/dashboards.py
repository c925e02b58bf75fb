"""CloudWatch: dashboards and what they show."""

import json
from collections.abc import Iterator
from typing import Any

from course.case import Case
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.probes import probes

LOOK_AT = "aws cloudwatch list-dashboards"


def widgets(case: Case, dashboard: str) -> list[dict[str, Any]] | None:
    """The metric widgets of a dashboard, None when there is no such dashboard."""
    cloudwatch = case.client("cloudwatch")
    listed = cloudwatch.list_dashboards(DashboardNamePrefix=dashboard)["DashboardEntries"]
    if dashboard not in [each["DashboardName"] for each in listed]:
        return None
    body = json.loads(cloudwatch.get_dashboard(DashboardName=dashboard)["DashboardBody"])
    return [each for each in body.get("widgets", ()) if each.get("type") == "metric"]


def shown_metrics(found: list[dict[str, Any]]) -> set[str]:
    """What the widgets show, as `Errors parse-csv`: a metric and the value of its dimension."""
    return {each for widget in found for each in _lines(widget["properties"].get("metrics", ()))}


@probes
def dashboard_shows(case: Case, *, dashboard: str, metrics: list[str], of: list[str]) -> Finding:
    """A dashboard shows each of these metrics of each of these things."""
    return _shows(case, dashboard, [f"{metric} {thing}" for metric in metrics for thing in of])


@probes
def dashboard_shows_all(case: Case, *, dashboard: str, metrics: list[str]) -> Finding:
    """A dashboard shows all of these: `Errors parse-csv`."""
    return _shows(case, dashboard, metrics)


@probes
def dashboard_in_region(case: Case, *, dashboard: str) -> Finding:
    """Every graph of a dashboard looks at the course's region."""
    found = widgets(case, dashboard)
    if found is None:
        return missing(dashboard)
    elsewhere = [
        (each["properties"].get("title", "-"), each["properties"].get("region", ""))
        for each in found
        if each["properties"].get("region") != case.sandbox.region
    ]
    case.seen["elsewhere"] = elsewhere
    if not elsewhere:
        return passed()
    return failed(
        Text.same(case.sandbox.region),
        Text.same(", ".join(f"{title}: {region or '-'}" for title, region in elsewhere)),
        LOOK_AT,
    )


def _shows(case: Case, dashboard: str, wanted: list[str]) -> Finding:
    found = widgets(case, dashboard)
    if found is None:
        return failed(Text.same(dashboard), NOTHING, LOOK_AT)
    there = shown_metrics(found)
    lacking = [each for each in wanted if each not in there]
    case.seen["lacking"] = lacking
    if not lacking:
        return passed()
    return failed(
        Text(th=f"{len(wanted)} เส้น", en=f"{len(wanted)} lines"),
        Text(
            th=f"{len(wanted) - len(lacking)} เส้น",
            en=f"{len(wanted) - len(lacking)} lines",
        ),
        LOOK_AT,
    )


def _lines(metrics: list[list[Any]]) -> Iterator[str]:
    """Each line's metric and last dimension; `.` and `...` stand for what the line before has."""
    before: list[Any] = []
    for line in metrics:
        own = [each for each in line if not isinstance(each, dict)]
        if own and own[0] == "...":
            own = [*before[: len(before) - len(own) + 1], *own[1:]]
        own = [
            before[place] if each == "." and place < len(before) else each
            for place, each in enumerate(own)
        ]
        before = own
        if len(own) > 1:
            yield f"{own[1]} {own[-1]}"
