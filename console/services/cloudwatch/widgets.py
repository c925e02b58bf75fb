"""The widgets of a dashboard, each drawn from its JSON and kept up to date."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.dashboards import DashboardError, horizontal_lines, lines_of, read_query
from console.markdown import as_html
from console.parts.chart import Chart, Picture, draw_numbers, draw_table
from console.parts.layout import link
from console.parts.lines import Event, Lines
from console.parts.live import Live
from console.parts.text import error_bar, note, preformatted
from console.services.cloudwatch.alarms import (
    condition,
    draw_alarm_state,
    graph_of,
    read_alarms,
)
from console.services.cloudwatch.graphs import Graph, read_graph
from console.showing import pretty

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.cloud import Answer, Cloud
    from console.dashboards import LogQuery, Widget
    from console.page import Page
    from console.parts.chart import View

GRAPH_SECONDS: Final = 5
LOG_SECONDS: Final = 10
VIEWS: Final[dict[str, View]] = {
    "timeSeries": "timeSeries",
    "singleValue": "singleValue",
    "gauge": "singleValue",
    "bar": "bar",
    "pie": "pie",
}


class _NotDrawnError(Exception):
    """A widget that this console does not draw; the message says why."""


def draw_widget(page: Page, widget: Widget, span_s: int) -> None:
    """Draw what is in a widget.

    Args:
        page: Where it is.
        widget: As in the dashboard's JSON: hostile input.
        span_s: How far back graphs look.
    """
    kind, properties = widget.get("type"), widget.get("properties")
    drawers: dict[str, Callable[[Page, dict[str, Any], int], None]] = {
        "metric": _draw_metrics,
        "text": _draw_text,
        "alarm": _draw_alarms,
        "log": _draw_log,
    }
    try:
        if not isinstance(kind, str) or kind not in drawers or not isinstance(properties, dict):
            raise _NotDrawnError(page.say("Not drawn here:", "ยังไม่แสดงที่นี่:"))
        drawers[kind](page, properties, span_s)
    except (_NotDrawnError, DashboardError) as error:
        note(str(error))
        preformatted(pretty(properties), kind="scrolls")


def title_of(widget: Widget) -> str:
    """Return what stands above a widget."""
    properties = widget.get("properties")
    return str(properties.get("title", "")) if isinstance(properties, dict) else ""


def _cloud(page: Page, properties: dict[str, Any]) -> Cloud:
    """Return the account in the region that a widget names."""
    region = properties.get("region")
    if isinstance(region, str) and region.replace("-", "").isalnum():
        return page.cloud.endpoint.cloud(page.cloud.account, region)
    return page.cloud


# --- metrics -----------------------------------------------------------------------------------


def _draw_metrics(page: Page, properties: dict[str, Any], span_s: int) -> None:
    view = properties.get("view") or "timeSeries"
    drawn: View | None = VIEWS.get(view) if isinstance(view, str) else None
    if drawn == "timeSeries" and properties.get("stacked") is True:
        drawn = "stacked"
    graph = Graph(
        lines_of(properties), span_s, tuple(horizontal_lines(properties)), drawn or "timeSeries"
    )
    named = _alarm_of(properties)
    cloud = _cloud(page, properties)

    async def read() -> Picture:
        if named is None:
            return await read_graph(cloud, graph)
        found = await read_alarms(page, AlarmNames=[named])
        return await read_graph(cloud, graph_of(found[0] if found else {}, span_s))

    if drawn in ("timeSeries", "stacked", "bar", "pie"):
        Live(page, read, Chart().show, every=GRAPH_SECONDS, in_place=True)
    elif drawn == "singleValue":
        Live(page, read, lambda seen: draw_numbers(seen.series), every=GRAPH_SECONDS)
    else:  # a table, and views to come: the figures are there all the same
        Live(page, read, lambda seen: draw_table(seen.series), every=GRAPH_SECONDS)


def _alarm_of(properties: dict[str, Any]) -> str | None:
    """Return the name of the alarm that a graph is of, if it is of one instead of metrics."""
    annotations = properties.get("annotations")
    alarms = annotations.get("alarms") if isinstance(annotations, dict) else None
    if properties.get("metrics") or not isinstance(alarms, list) or not alarms:
        return None
    return alarm_name(str(alarms[0]))


def alarm_name(arn: str) -> str:
    """Return the name of an alarm; it may hold colons."""
    return arn.rpartition(":alarm:")[2]


# --- text --------------------------------------------------------------------------------------


def _draw_text(page: Page, properties: dict[str, Any], _span_s: int) -> None:
    markdown = properties.get("markdown")
    if not isinstance(markdown, str):
        raise _NotDrawnError(page.say("Not drawn here:", "ยังไม่แสดงที่นี่:"))
    ui.html(as_html(markdown), sanitize=True).classes("markdown")


# --- alarms ------------------------------------------------------------------------------------


def _draw_alarms(page: Page, properties: dict[str, Any], _span_s: int) -> None:
    arns = properties.get("alarms")
    if not isinstance(arns, list) or not all(isinstance(each, str) for each in arns):
        raise _NotDrawnError(page.say("Not drawn here:", "ยังไม่แสดงที่นี่:"))
    names = [alarm_name(each) for each in arns]

    async def read() -> list[Answer]:
        return await read_alarms(page, AlarmNames=names) if names else []

    def draw(found: list[Answer]) -> None:
        for each in found:
            with ui.element("div").classes("widget-head"):
                draw_alarm_state(each)
                link(each["AlarmName"], page.url("cloudwatch", "alarm", alarm=each["AlarmName"]))
            note(condition(each))
        for name in names:
            if name not in [each["AlarmName"] for each in found]:
                note(page.say(f"There is no alarm {name}.", f"ไม่มี alarm {name}"))

    Live(page, read, draw)


# --- logs --------------------------------------------------------------------------------------


def _draw_log(page: Page, properties: dict[str, Any], span_s: int) -> None:
    text = str(properties.get("query", ""))
    query = read_query(text)
    if query is None:
        # Emulators answer such queries with lines that do not match: worse than none.
        error_bar(
            page.say(
                "Only SOURCE, fields, sort @timestamp and limit are drawn here.",
                "ที่นี่แสดงได้เฉพาะ SOURCE, fields, sort @timestamp และ limit",
            )
        )
        preformatted(text)
        return
    lines = Lines(page, page.say("No lines.", "ไม่มี log"))
    cloud = _cloud(page, properties)
    Live(
        page,
        lambda: _read_lines(cloud, query, span_s),
        lambda found: lines.show(found, with_group=True),
        every=LOG_SECONDS,
        in_place=True,
    )


async def _read_lines(cloud: Cloud, query: LogQuery, span_s: int) -> list[Event]:
    since = int((time.time() - span_s) * 1000)

    def ask(logs: Any) -> list[Event]:
        found = [
            {**event, "group": group.removeprefix("/aws/lambda/")}
            for group in query.groups
            for answer in logs.get_paginator("filter_log_events").paginate(
                logGroupName=group, startTime=since
            )
            for event in answer["events"]
        ]
        found.sort(key=lambda event: int(event["timestamp"]), reverse=query.newest_first)
        return found[: query.limit]

    return await cloud.use("logs", ask)
