"""CloudWatch's dashboards: drawn from their real JSON, and made by adding widgets."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.calls import Call
from console.dashboards import (
    DashboardError,
    as_metrics,
    as_text,
    places,
    read_body,
    with_changed,
    with_widget,
)
from console.metrics import PERIODS, RANGES, STATISTICS
from console.parts.form import Form, IncompleteError, deletion, required
from console.parts.layout import action, card, page_head
from console.parts.live import Live
from console.parts.metric_choice import MetricChoice, read_metrics
from console.parts.table import Column, Row, Table
from console.parts.text import error_bar, note
from console.services.cloudwatch.alarms import read_alarms
from console.services.cloudwatch.logs import read_groups
from console.services.cloudwatch.sections import sections
from console.services.cloudwatch.widgets import draw_widget, title_of
from console.showing import moment, pretty, size

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.cloud import Answer
    from console.dashboards import Body, Widget
    from console.page import Page

DASHBOARD_SECONDS: Final = 10
HALF_WIDTH: Final = (12, 6)
EMPTY: Final[dict[str, Any]] = {"widgets": []}


# --- the list ----------------------------------------------------------------------------------


def dashboards(page: Page) -> None:
    """List the dashboards of the account."""
    sections(page, "")
    chosen: list[Row] = []
    buttons: list[ui.button] = []
    with page_head("Dashboards"):
        buttons.append(
            action(page, "Delete", lambda: _delete(page, [row["name"] for row in chosen]))
        )
        action(page, "Create dashboard", lambda: _create(page), main=True)

    def select(rows: list[Row]) -> None:
        chosen[:] = rows
        buttons[0].set_enabled(bool(rows) and not page.read_only)

    select([])
    with card("Custom dashboards"):
        table = Table(
            page,
            [
                Column("name", "Name", "link"),
                Column("size", "Size", "number", minor=True),
                Column("modified", "Last update", minor=True),
            ],
            key="name",
            empty=page.say("No dashboards yet.", "ยังไม่มี dashboard"),
            on_select=select,
        )

        def show(answer: Answer) -> None:
            table.show(
                [
                    {
                        "name": each["DashboardName"],
                        "name_url": page.url(
                            "cloudwatch", "dashboard", dashboard=each["DashboardName"]
                        ),
                        "size": size(each["Size"]),
                        "modified": moment(each["LastModified"]),
                    }
                    for each in answer["DashboardEntries"]
                ]
            )

        Live(page, lambda: page.cloud.ask("cloudwatch", "ListDashboards"), show, in_place=True)


def _put(name: str, body: Body) -> Call:
    return Call(
        "cloudwatch", "PutDashboard", {"DashboardName": name, "DashboardBody": as_text(body)}
    )


def _create(page: Page) -> None:
    opened: list[str] = []

    def follow(_: Answer) -> None:
        ui.navigate.to(page.url("cloudwatch", "dashboard", dashboard=opened[-1]))

    with Form(page, "Create dashboard", then=follow) as form:
        name = form.text(
            "Dashboard name",
            hint=page.say("Letters, digits, - and _", "ตัวอักษรอังกฤษ ตัวเลข - และ _"),
        )

        def calls() -> list[Call]:
            missing = page.say("The dashboard needs a name.", "ยังไม่ได้ใส่ชื่อ dashboard")
            opened.append(required(name.value, missing))
            return [_put(opened[-1], EMPTY)]

        form.makes(calls)


def _delete(page: Page, names: list[str], then: str = "") -> None:
    listed = ", ".join(names)
    deletion(
        page,
        "Delete dashboard" if len(names) == 1 else "Delete dashboards",
        page.say(
            f"{listed} is gone for good. Metrics and logs stay.",
            f"{listed} จะหายไปถาวร ส่วน metric และ log ยังอยู่",
        ),
        [Call("cloudwatch", "DeleteDashboards", {"DashboardNames": names})],
        then,
    )


# --- a dashboard -------------------------------------------------------------------------------


def dashboard(page: Page) -> None:
    """Show a dashboard, and change it."""
    name = page.query.get("dashboard", "")
    view = _DashboardView(page, name)
    above = page.url("cloudwatch")
    with page_head(name, {"Dashboards": above}):
        action(page, "Delete dashboard", lambda: _delete(page, [name], above))
        action(page, "View/edit source", lambda: _edit_source(page, name))
        action(page, "Add widget", lambda: _add_widget(page, name), main=True)
    view.draw()


async def _read(page: Page, name: str) -> str:
    answer = await page.cloud.ask("cloudwatch", "GetDashboard", DashboardName=name)
    return str(answer["DashboardBody"])


class _DashboardView:
    """The widgets in their places. They are drawn anew when the JSON or the range changes."""

    def __init__(self, page: Page, name: str) -> None:
        self._page = page
        self._name = name
        self._text = ""

    def draw(self) -> None:
        page = self._page
        with ui.element("div").classes("tools"):
            self._span = ui.select(RANGES, label=page.say("Range", "ช่วงเวลา"), value=3600)
            self._span.props("outlined dense options-dense")
            note(
                page.say(
                    "Autosave is on: each change is saved at once.",
                    "Autosave เปิดอยู่: แก้แล้วบันทึกทันที",
                )
            )
        body = ui.column().classes("live")

        def show(text: str) -> None:
            self._text = text
            body.clear()
            with body:
                self._draw_widgets(text)

        Live(page, lambda: _read(page, self._name), show, every=DASHBOARD_SECONDS, in_place=True)
        self._span.on_value_change(lambda _: show(self._text))

    def _draw_widgets(self, text: str) -> None:
        page = self._page
        try:
            body = read_body(text)
        except DashboardError as error:
            error_bar(page.say(f"Not a dashboard: {error}", f"ไม่ใช่ dashboard: {error}"))
            return
        widgets: list[Widget] = body["widgets"]
        if not widgets:
            note(page.say("No widgets yet: Add widget.", "ยังไม่มี widget: กด Add widget"))
        with ui.element("div").classes("dashboard"):
            for index, (widget, place) in enumerate(zip(widgets, places(widgets), strict=True)):
                with ui.element("div").classes("widget") as box:
                    box.style(f"--x:{place.x};--y:{place.y};--w:{place.width};--h:{place.height}")
                    self._draw_head(body, index, widget)
                    with ui.element("div").classes("widget-body"):
                        draw_widget(page, widget, int(self._span.value))

    def _draw_head(self, body: Body, index: int, widget: Widget) -> None:
        page = self._page
        title = title_of(widget)
        with ui.element("div").classes("widget-head"):
            ui.label(title).classes("widget-title")
            if page.read_only:
                return
            more = ui.button(icon="more_vert").props("flat dense round size=sm")
            more.props["aria-label"] = f"{title} menu"
            with more, ui.menu():
                for text, change in (("Edit", _edit_widget), ("Delete", _delete_widget)):
                    item = ui.menu_item(
                        text, on_click=partial(change, page, self._name, body, index)
                    )
                    item.props("role=menuitem")


# --- changing it -------------------------------------------------------------------------------


async def _edit_source(page: Page, name: str) -> None:
    text = await _read(page, name)
    with Form(page, "View/edit source", submit="Save dashboard", wide=True) as form:
        editor = form.code(_laid_out(text), "JSON")

        def calls() -> list[Call]:
            try:
                return [_put(name, read_body(editor.value or ""))]
            except DashboardError as error:
                raise IncompleteError(
                    page.say(f"Not a dashboard: {error}", f"ไม่ใช่ dashboard: {error}")
                ) from None

        form.makes(calls)


def _laid_out(text: str) -> str:
    try:
        return pretty(json.loads(text))
    except ValueError:
        return text


def _edit_widget(page: Page, name: str, body: Body, index: int) -> None:
    with Form(page, "Edit widget", submit="Update widget", wide=True) as form:
        editor = form.code(pretty(body["widgets"][index]), "JSON")

        def calls() -> list[Call]:
            try:
                widget = json.loads(editor.value or "")
            except ValueError as error:
                raise IncompleteError(str(error)) from None
            if not isinstance(widget, dict):
                raise IncompleteError(page.say("A widget is an object.", "widget ต้องเป็น object"))
            return [_put(name, with_changed(body, index, widget))]

        form.makes(calls)


def _delete_widget(page: Page, name: str, body: Body, index: int) -> None:
    with Form(page, "Delete widget", submit="Delete", danger=True) as form:
        title = title_of(body["widgets"][index])
        note(page.say(f"{title} leaves the dashboard.", f"{title} จะหายจาก dashboard"))
        form.makes(lambda: [_put(name, with_changed(body, index, None))])


_KINDS: Final = {
    "timeSeries": "Line",
    "stacked": "Stacked area",
    "singleValue": "Number",
    "bar": "Bar",
    "pie": "Pie",
    "text": "Text",
    "alarm": "Alarm status",
    "log": "Logs table",
}
"""The widgets that can be added, as CloudWatch's console calls them."""

_WITHOUT_METRICS: Final = ("text", "alarm", "log")


async def _add_widget(page: Page, name: str) -> None:
    body = read_body(await _read(page, name))
    known = await read_metrics(page)
    watched = {each["AlarmArn"]: each["AlarmName"] for each in await read_alarms(page)}
    groups = [each["logGroupName"] for each in await read_groups(page)]
    with Form(page, "Add widget", submit="Create widget", wide=True) as form:
        kind = form.choice("Widget type", _KINDS, "timeSeries")
        title = form.text("Title")
        with ui.column().classes("live") as of_metrics:
            properties_of_metrics = _metric_fields(form, known)
        with ui.column().classes("live") as of_text:
            markdown = form.lines("Markdown")
        with ui.column().classes("live") as of_alarms:
            alarms = form.several("Alarms", watched)
        with ui.column().classes("live") as of_logs:
            log_groups = form.several("Log groups", {each: each for each in groups})
            limit = form.number("Limit", 20, "lines")
        for place, kinds in (
            (of_metrics, [each for each in _KINDS if each not in _WITHOUT_METRICS]),
            (of_text, ["text"]),
            (of_alarms, ["alarm"]),
            (of_logs, ["log"]),
        ):
            place.bind_visibility_from(kind, "value", backward=partial(_is_one_of, kinds))

        def properties() -> tuple[str, dict[str, Any]]:
            titled = {"title": title.value} if title.value else {}
            region = {"region": page.cloud.region}
            match kind.value:
                case "text":
                    missing = page.say("The text is empty.", "ข้อความยังว่าง")
                    return "text", {"markdown": required(markdown.value, missing)}
                case "alarm":
                    return "alarm", {**titled, "alarms": _some(page, alarms.value)}
                case "log":
                    sources = [f"SOURCE '{each}'" for each in _some(page, log_groups.value)]
                    steps = [
                        "fields @timestamp, @message",
                        "sort @timestamp desc",
                        f"limit {round(limit.value or 1)}",
                    ]
                    query = " | ".join([*sources, *steps])
                    return "log", {**titled, **region, "query": query, "view": "table"}
                case view:
                    drawn = {
                        "view": "timeSeries" if view == "stacked" else view,
                        "stacked": view == "stacked",
                    }
                    return "metric", {**titled, **drawn, **region, **properties_of_metrics()}

        form.makes(lambda: [_put(name, with_widget(body, *properties(), HALF_WIDTH))])


def _is_one_of(kinds: list[str], kind: str) -> bool:
    return kind in kinds


def _some(page: Page, found: list[str]) -> list[str]:
    if not found:
        raise IncompleteError(page.say("Choose at least one.", "เลือกอย่างน้อยหนึ่งรายการ"))
    return list(found)


def _metric_fields(form: Form, known: list[Any]) -> Callable[[], dict[str, Any]]:
    """Draw the fields of a metric widget, and return what reads its properties from them."""
    choice = MetricChoice(form, known, several=True)
    stat = form.choice("Statistic", list(STATISTICS), "Sum")
    period = form.choice("Period", {str(each): text for each, text in PERIODS.items()}, "60")
    expression = form.text(
        "Math expression",
        hint=form.page.say(
            "Optional, over the metrics above as m1, m2: 100 * m1 / m2",
            "ไม่ใส่ก็ได้ ใช้ metric ด้านบนเป็น m1, m2 เช่น 100 * m1 / m2",
        ),
    )

    def properties() -> dict[str, Any]:
        return {
            "metrics": as_metrics(choice.metrics, (expression.value or "").strip()),
            "stat": stat.value,
            "period": int(period.value),
        }

    return properties
