"""CloudWatch Logs: log groups, their streams and lines, retention, and metric filters."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.calls import Call
from console.parts.form import Form, decimal, deletion, required
from console.parts.layout import action, card, page_head, plain_button
from console.parts.lines import Event, Lines
from console.parts.live import Live
from console.parts.table import Column, Row, Table
from console.parts.text import facts, note
from console.services.cloudwatch.sections import sections
from console.showing import moment, size

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page

MOST_GROUPS: Final = 1000
MOST_STREAMS: Final = 200
LINES_PER_PAGE: Final = 500
TESTED_LINES: Final = 100
SHOWN_MATCHES: Final = 5

NEVER: Final = "0"
RETENTION_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""What PutRetentionPolicy takes."""

SEARCHED: Final = {
    "900": "15m",
    "3600": "1h",
    "10800": "3h",
    "86400": "1d",
    "604800": "1w",
}


# --- log groups --------------------------------------------------------------------------------


def groups(page: Page) -> None:
    """List the log groups of the account."""
    sections(page, "groups")
    chosen: list[Row] = []
    buttons: list[ui.button] = []
    with page_head("Log groups"):
        buttons.append(action(page, "Delete", lambda: _delete_groups(page, _names(chosen))))
        buttons.append(
            plain_button(
                "Start tailing",
                lambda: ui.navigate.to(
                    page.url("cloudwatch", "tail", groups=",".join(_names(chosen)))
                ),
            )
        )
        action(page, "Create log group", lambda: _create_group(page), main=True)

    def select(rows: list[Row]) -> None:
        chosen[:] = rows
        buttons[0].set_enabled(bool(rows) and not page.read_only)
        buttons[1].set_enabled(bool(rows))

    select([])
    with card("Log groups"):
        table = Table(
            page,
            [
                Column("name", "Log group", "link"),
                Column("retention", "Retention", minor=True),
                Column("size", "Stored bytes", "number", minor=True),
                Column("created", "Created", minor=True),
            ],
            key="name",
            empty=page.say(
                "No log groups yet. A function's first invocation makes its own.",
                "ยังไม่มี log group เมื่อ function ทำงานครั้งแรกจะสร้างให้เอง",
            ),
            on_select=select,
        )

        def show(found: list[Answer]) -> None:
            table.show([_group_row(page, each) for each in found])

        Live(page, lambda: read_groups(page), show, in_place=True)


def _names(rows: list[Row]) -> list[str]:
    return [row["name"] for row in rows]


async def read_groups(page: Page, **parameters: str) -> list[Answer]:
    """Return the log groups of the account.

    Args:
        page: Whose account.
        parameters: Further ones of DescribeLogGroups.
    """

    def ask(logs: Any) -> list[Answer]:
        pages = logs.get_paginator("describe_log_groups").paginate(
            **parameters, PaginationConfig={"MaxItems": MOST_GROUPS}
        )
        return [each for answer in pages for each in answer["logGroups"]]

    return await page.cloud.use("logs", ask)


def _group_row(page: Page, group: Answer) -> Row:
    name = group["logGroupName"]
    return {
        "name": name,
        "name_url": page.url("cloudwatch", "group", group=name),
        "retention": _retention(group),
        "size": size(group.get("storedBytes", 0)),
        "created": moment(group["creationTime"] / 1000),
    }


def _retention(group: Answer) -> str:
    days = group.get("retentionInDays")
    return f"{days} days" if days else "Never expire"


def _retention_choices() -> dict[str, str]:
    return {NEVER: "Never expire", **{str(days): f"{days} days" for days in RETENTION_DAYS}}


def _retention_call(group: str, days: str) -> Call:
    if days == NEVER:
        return Call("logs", "DeleteRetentionPolicy", {"logGroupName": group})
    return Call("logs", "PutRetentionPolicy", {"logGroupName": group, "retentionInDays": int(days)})


def _create_group(page: Page) -> None:
    with Form(page, "Create log group") as form:
        name = form.text(
            "Log group name",
            hint=page.say(
                "That of a function is /aws/lambda/ and its name.",
                "ของ function คือ /aws/lambda/ ตามด้วยชื่อ",
            ),
        )
        days = form.choice("Retention setting", _retention_choices(), NEVER)

        def calls() -> list[Call]:
            missing = page.say("The log group needs a name.", "ยังไม่ได้ใส่ชื่อ log group")
            group = required(name.value, missing)
            create = Call("logs", "CreateLogGroup", {"logGroupName": group})
            return [create] if days.value == NEVER else [create, _retention_call(group, days.value)]

        form.makes(calls)


def _delete_groups(page: Page, names: list[str], then: str = "") -> None:
    listed = ", ".join(names)
    deletion(
        page,
        "Delete log group" if len(names) == 1 else "Delete log groups",
        page.say(
            f"{listed}: all lines, streams and metric filters are gone for good.",
            f"{listed}: log ทุกบรรทัด, stream และ metric filter จะหายไปถาวร",
        ),
        [Call("logs", "DeleteLogGroup", {"logGroupName": each}) for each in names],
        then,
    )


# --- a log group -------------------------------------------------------------------------------


def group(page: Page) -> None:
    """Show a log group: its streams, the newest first, and its metric filters."""
    name = page.query.get("group", "")
    groups_page = page.url("cloudwatch", "groups")
    with page_head(name, {"Log groups": groups_page}):
        action(page, "Delete", lambda: _delete_groups(page, [name], groups_page))
        action(page, "Edit retention setting", lambda: _edit_retention(page, name))
        plain_button(
            "Start tailing",
            lambda: ui.navigate.to(page.url("cloudwatch", "tail", groups=name)),
        )
        plain_button(
            "Search log group",
            lambda: ui.navigate.to(page.url("cloudwatch", "events", group=name)),
        )
    Live(page, lambda: _group(page, name), lambda found: _draw_group(page, found), every=10)
    _streams(page, name)
    _metric_filters(page, name)


async def _group(page: Page, name: str) -> Answer | None:
    found = await read_groups(page, logGroupNamePrefix=name)
    return next((each for each in found if each["logGroupName"] == name), None)


def _draw_group(page: Page, found: Answer | None) -> None:
    if found is None:
        note(page.say("There is no such log group.", "ไม่มี log group นี้"))
        return
    with card("Log group details"):
        facts(
            {
                "Retention": _retention(found),
                "Stored bytes": size(found.get("storedBytes", 0)),
                "Created": moment(found["creationTime"] / 1000),
                "ARN": found["arn"],
            }
        )


def _streams(page: Page, name: str) -> None:
    with card("Log streams"):
        table = Table(
            page,
            [
                Column("stream", "Log stream", "link"),
                Column("last", "Last event time"),
            ],
            key="stream",
            empty=page.say("No log streams yet.", "ยังไม่มี log stream"),
        )

        def show(found: list[Answer]) -> None:
            table.show([_stream_row(page, name, each) for each in found])

        Live(page, lambda: _read_streams(page, name), show, in_place=True)


async def _read_streams(page: Page, name: str) -> list[Answer]:
    def ask(logs: Any) -> list[Answer]:
        pages = logs.get_paginator("describe_log_streams").paginate(
            logGroupName=name,
            orderBy="LastEventTime",
            descending=True,
            PaginationConfig={"MaxItems": MOST_STREAMS},
        )
        return [each for answer in pages for each in answer["logStreams"]]

    return await page.cloud.use("logs", ask)


def _stream_row(page: Page, group: str, stream: Answer) -> Row:
    last = stream.get("lastEventTimestamp")
    name = stream["logStreamName"]
    return {
        "stream": name,
        "stream_url": page.url("cloudwatch", "events", group=group, stream=name),
        "last": moment(last / 1000 if last else None),
    }


async def _edit_retention(page: Page, name: str) -> None:
    found = await _group(page, name) or {}
    with Form(page, "Edit retention setting", submit="Save") as form:
        days = form.choice(
            "Expire events after", _retention_choices(), str(found.get("retentionInDays", NEVER))
        )
        form.makes(lambda: [_retention_call(name, days.value)])


# --- metric filters ----------------------------------------------------------------------------


def _metric_filters(page: Page, group: str) -> None:
    chosen: list[Row] = []
    buttons: list[ui.button] = []

    def actions() -> None:
        buttons.append(action(page, "Delete", lambda: _delete_filters(page, group, chosen)))
        action(page, "Create metric filter", lambda: _create_filter(page, group))

    def select(rows: list[Row]) -> None:
        chosen[:] = rows
        buttons[0].set_enabled(bool(rows) and not page.read_only)

    with card("Metric filters", actions):
        select([])
        table = Table(
            page,
            [
                Column("name", "Filter name"),
                Column("pattern", "Filter pattern", "code"),
                Column("metric", "Metric"),
                Column("value", "Value", minor=True),
            ],
            key="name",
            empty=page.say(
                "None: its lines are counted as no metric.", "ไม่มี: ยังไม่ได้นับ log เป็น metric"
            ),
            on_select=select,
        )

        def show(answer: Answer) -> None:
            table.show([_filter_row(each) for each in answer["metricFilters"]])

        Live(
            page,
            lambda: page.cloud.ask("logs", "DescribeMetricFilters", logGroupName=group),
            show,
            in_place=True,
        )


def _filter_row(found: Answer) -> Row:
    made = found["metricTransformations"]
    return {
        "name": found["filterName"],
        "pattern": found.get("filterPattern", ""),
        "metric": ", ".join(f"{each['metricNamespace']} / {each['metricName']}" for each in made),
        "value": ", ".join(each["metricValue"] for each in made),
    }


def _create_filter(page: Page, group: str) -> None:
    with Form(page, "Create metric filter") as form:
        name = form.text("Filter name")
        pattern = form.text(
            "Filter pattern",
            hint=page.say(
                'A word, or fields of a line that is JSON: { $.event = "file_validated" }',
                'คำหนึ่งคำ หรือ field ของ log ที่เป็น JSON: { $.event = "file_validated" }',
            ),
        )
        plain_button("Test pattern", lambda: _test_pattern(page, group, pattern.value, tested))
        tested = ui.column().classes("live")
        namespace = form.text("Metric namespace", hint=page.say("Your own.", "ตั้งเอง"))
        metric = form.text("Metric name")
        value = form.text(
            "Metric value",
            "1",
            hint=page.say(
                "1 counts the lines; $.field takes a number from each.",
                "1 คือนับจำนวนบรรทัด ส่วน $.field คือใช้ตัวเลขจากแต่ละบรรทัด",
            ),
        )
        default = form.text(
            "Default value",
            hint=page.say("Of lines that do not match. Optional.", "ของบรรทัดที่ไม่ตรง ไม่ใส่ก็ได้"),
        )

        def calls() -> list[Call]:
            missing = page.say("{} is missing.", "ยังไม่ได้ใส่ {}")
            made: dict[str, Any] = {
                "metricName": required(metric.value, missing.format("Metric name")),
                "metricNamespace": required(namespace.value, missing.format("Metric namespace")),
                "metricValue": required(value.value, missing.format("Metric value")),
            }
            if default.value:
                made["defaultValue"] = decimal(
                    default.value,
                    page.say("Default value is no number.", "Default value ไม่ใช่ตัวเลข"),
                )
            parameters = {
                "logGroupName": group,
                "filterName": required(name.value, missing.format("Filter name")),
                "filterPattern": pattern.value or "",
                "metricTransformations": [made],
            }
            return [Call("logs", "PutMetricFilter", parameters)]

        form.makes(calls)


async def _test_pattern(page: Page, group: str, pattern: str, place: ui.column) -> None:
    """Show which lines of the group a pattern matches: the same that the filter will count."""
    answer = await page.cloud.ask(
        "logs",
        "FilterLogEvents",
        logGroupName=group,
        filterPattern=pattern or "",
        limit=TESTED_LINES,
    )
    found = answer["events"]
    place.clear()
    with place:
        if not found:
            note(page.say("No line of this log group matches.", "ไม่มีบรรทัดใดใน log group นี้ที่ตรง"))
            return
        count = f"{len(found)}+" if answer.get("nextToken") else f"{len(found)}"
        note(page.say(f"{count} lines match, such as:", f"ตรง {count} บรรทัด เช่น"))
        Lines(page, "").show(found[:SHOWN_MATCHES])


def _delete_filters(page: Page, group: str, rows: list[Row]) -> None:
    names = _names(rows)
    listed = ", ".join(names)
    deletion(
        page,
        "Delete metric filter",
        page.say(f"{listed} counts no more.", f"{listed} จะหยุดนับ"),
        [
            Call("logs", "DeleteMetricFilter", {"logGroupName": group, "filterName": each})
            for each in names
        ],
    )


# --- log events --------------------------------------------------------------------------------


def events(page: Page) -> None:
    """Show the lines of a stream, or search those of a whole group."""
    group, stream = page.query.get("group", ""), page.query.get("stream", "")
    crumbs = {
        "Log groups": page.url("cloudwatch", "groups"),
        group: page.url("cloudwatch", "group", group=group),
    }
    with page_head(stream or "Search log group", crumbs):
        pass
    _EventsView(page, group, stream, page.query.get("filter", "")).draw()


@dataclass
class _LogPage:
    """A page of lines, and what leads to those before and after."""

    events: list[Event] = field(default_factory=list)
    older: str | None = None
    newer: str | None = None


class _EventsView:
    """Lines in pages, the oldest above. The newest page of a stream grows by itself."""

    def __init__(self, page: Page, group: str, stream: str, pattern: str) -> None:
        self._page = page
        self._group = group
        self._stream = stream
        self._pattern = pattern
        self._span_s = 3600
        self._shown = _LogPage()
        self._follows = True
        """Whether the last page is shown, which grows."""

    def draw(self) -> None:
        page = self._page
        with card("Log events"):
            with ui.element("div").classes("tools"):
                pattern = ui.input(
                    "Filter events",
                    value=self._pattern,
                    placeholder=page.say(
                        'a word, or { $.level = "ERROR" }', 'คำ หรือ { $.level = "ERROR" }'
                    ),
                )
                pattern.props("outlined dense clearable").classes("grow")
                span = ui.select(SEARCHED, label=page.say("Since", "ย้อนหลัง"), value="3600")
                span.props("outlined dense options-dense")
                span.bind_visibility_from(
                    pattern, "value", backward=lambda text: bool(text) or not self._stream
                )

                async def search() -> None:
                    self._pattern = (pattern.value or "").strip()
                    self._span_s = int(span.value)
                    await self._begin()

                pattern.on("keydown.enter", search)
                plain_button("Search", search, "search")
                self._older = plain_button(page.say("Older", "เก่ากว่า"), self._to_older)
                self._newer = plain_button(page.say("Newer", "ใหม่กว่า"), self._to_newer)
            self._told = note("")
            self._lines = Lines(page, page.say("No lines.", "ไม่มี log"))
            self._live = Live(page, self._read, self._show, in_place=True)

    @property
    def _in_order(self) -> bool:
        """Whether the lines are one stream's, which can be read in both directions."""
        return bool(self._stream) and not self._pattern

    async def _begin(self) -> None:
        self._shown, self._follows = _LogPage(), True
        await self._live.refresh()

    async def _to_older(self) -> None:
        found = await self._fetch(self._shown.older)
        if found.events:
            self._shown, self._follows = found, False
        self._show(self._shown)

    async def _to_newer(self) -> None:
        found = await self._fetch(self._shown.newer)
        if self._in_order and len(found.events) < LINES_PER_PAGE:  # the end, which grows
            self._follows = True
            kept = (self._shown.events + found.events)[-LINES_PER_PAGE:]
            found = _LogPage(kept, self._shown.older, found.newer)
        if found.events:
            self._shown = found
        self._show(self._shown)

    async def _read(self) -> _LogPage:
        """Return the page; the last one of a stream with what was added meanwhile."""
        if not self._shown.events:
            self._shown = await self._fetch(None)
        elif self._in_order and self._follows:
            added = await self._fetch(self._shown.newer)
            kept = (self._shown.events + added.events)[-LINES_PER_PAGE:]
            self._shown = _LogPage(kept, self._shown.older, added.newer)
        return self._shown

    async def _fetch(self, token: str | None) -> _LogPage:
        asked: dict[str, Any] = {"logGroupName": self._group, "limit": LINES_PER_PAGE}
        if token:
            asked["nextToken"] = token
        if self._in_order:
            answer = await self._page.cloud.ask(
                "logs", "GetLogEvents", logStreamName=self._stream, startFromHead=False, **asked
            )
            older, newer = answer.get("nextBackwardToken"), answer.get("nextForwardToken")
            return _LogPage(answer["events"], older, newer)
        if self._pattern:
            asked["filterPattern"] = self._pattern
        if self._stream:
            asked["logStreamNames"] = [self._stream]
        since = int((time.time() - self._span_s) * 1000)
        answer = await self._page.cloud.ask("logs", "FilterLogEvents", startTime=since, **asked)
        return _LogPage(answer["events"], None, answer.get("nextToken"))

    def _show(self, shown: _LogPage) -> None:
        page = self._page
        self._lines.show(shown.events, with_group=not self._stream)
        self._older.set_visibility(self._in_order)
        self._newer.set_visibility(bool(shown.newer) and not (self._in_order and self._follows))
        first = moment(shown.events[0]["timestamp"] / 1000) if shown.events else ""
        last = moment(shown.events[-1]["timestamp"] / 1000) if shown.events else ""
        self._told.text = (
            page.say(
                f"{len(shown.events)} lines, {first} to {last}",
                f"{len(shown.events)} บรรทัด ตั้งแต่ {first} ถึง {last}",
            )
            if shown.events
            else ""
        )
        if self._in_order and self._follows:
            self._lines.scroll_to_end()
