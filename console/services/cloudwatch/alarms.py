"""CloudWatch's alarms: their states, the metric with its threshold, history and actions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.calls import Call
from console.dashboards import DEFAULT_PERIOD_SECONDS
from console.metrics import PERIODS, RANGES, STATISTICS, Line, Metric, number, short
from console.parts.chart import Chart
from console.parts.form import Form, IncompleteError, decimal, deletion, required
from console.parts.layout import action, card, page_head
from console.parts.live import Live
from console.parts.metric_choice import MetricChoice, read_metrics
from console.parts.table import Column, Row, Table
from console.parts.text import facts, note, preformatted, state
from console.services.cloudwatch.graphs import MINUTE_SECONDS, Graph, read_graph
from console.services.cloudwatch.sections import sections
from console.showing import moment, pretty

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page
    from console.parts.chart import Picture

TONES: Final = {"OK": "good", "ALARM": "bad", "INSUFFICIENT_DATA": "idle"}
STATES: Final = {"OK": "OK", "ALARM": "In alarm", "INSUFFICIENT_DATA": "Insufficient data"}
"""As CloudWatch's console calls them."""

COMPARISONS: Final = {
    "GreaterThanThreshold": "Greater (>)",
    "GreaterThanOrEqualToThreshold": "Greater/Equal (>=)",
    "LessThanOrEqualToThreshold": "Lower/Equal (<=)",
    "LessThanThreshold": "Lower (<)",
}
SIGNS: Final = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": ">=",
    "LessThanOrEqualToThreshold": "<=",
    "LessThanThreshold": "<",
}
MISSING_DATA: Final = {
    "missing": "Treat missing data as missing",
    "notBreaching": "Treat missing data as good (not breaching threshold)",
    "breaching": "Treat missing data as bad (breaching threshold)",
    "ignore": "Treat missing data as ignore (maintain the alarm state)",
}
ACTIONS: Final = {
    "AlarmActions": "In alarm",
    "OKActions": "OK",
    "InsufficientDataActions": "Insufficient data",
}
"""What an alarm does, by the state that it comes into."""

NOBODY: Final = ""
PERIODS_SHOWN: Final = 36
"""How many evaluation periods the graph of an alarm looks back."""


# --- the list ----------------------------------------------------------------------------------


def alarms(page: Page) -> None:
    """List the alarms of the account."""
    sections(page, "alarms")
    chosen: list[Row] = []
    buttons: list[ui.button] = []
    with page_head("Alarms"):
        buttons.append(action(page, "Delete", lambda: _delete(page, _names(chosen))))
        action(page, "Create alarm", lambda: create_alarm(page), main=True)

    def select(rows: list[Row]) -> None:
        chosen[:] = rows
        buttons[0].set_enabled(bool(rows) and not page.read_only)

    select([])
    with card("Alarms"):
        table = Table(
            page,
            [
                Column("name", "Name", "link"),
                Column("state", "State", "state"),
                Column("condition", "Conditions", minor=True),
                Column("actions", "Actions", minor=True),
                Column("updated", "Last state update", minor=True),
            ],
            key="name",
            empty=page.say("No alarms yet.", "ยังไม่มี alarm"),
            on_select=select,
        )
        Live(
            page,
            lambda: read_alarms(page),
            lambda found: table.show([_alarm_row(page, each) for each in found]),
            in_place=True,
        )


def _names(rows: list[Row]) -> list[str]:
    return [row["name"] for row in rows]


async def read_alarms(page: Page, **parameters: Any) -> list[Answer]:
    """Return alarms with their states.

    Args:
        page: Whose account.
        parameters: Of DescribeAlarms, for example `AlarmNames`.
    """

    def ask(cloudwatch: Any) -> list[Answer]:
        pages = cloudwatch.get_paginator("describe_alarms").paginate(
            AlarmTypes=["MetricAlarm", "CompositeAlarm"], **parameters
        )
        found = []
        for answer in pages:
            found += answer.get("MetricAlarms", []) + answer.get("CompositeAlarms", [])
        return sorted(found, key=lambda alarm: str(alarm["AlarmName"]))

    return await page.cloud.use("cloudwatch", ask)


def _alarm_row(page: Page, alarm: Answer) -> Row:
    name = alarm["AlarmName"]
    told = sum(len(alarm.get(kind, [])) for kind in ACTIONS)
    enabled = alarm.get("ActionsEnabled", True)
    return {
        "name": name,
        "name_url": page.url("cloudwatch", "alarm", alarm=name),
        "state": STATES.get(alarm["StateValue"], alarm["StateValue"]),
        "state_tone": TONES.get(alarm["StateValue"], "idle"),
        "condition": condition(alarm),
        "actions": f"{told}" if enabled or not told else "Actions disabled",
        "updated": moment(alarm["StateUpdatedTimestamp"]),
    }


def condition(alarm: Answer) -> str:
    """Return what an alarm waits for, as CloudWatch's console says it."""
    if "AlarmRule" in alarm:
        return str(alarm["AlarmRule"])
    metric = alarm.get("MetricName") or (alarm.get("Metrics") or [{}])[0].get("Label", "Expression")
    evaluated = alarm["EvaluationPeriods"]
    needed = alarm.get("DatapointsToAlarm", evaluated)
    count = needed if needed == evaluated else f"{needed} out of {evaluated}"
    window = _window(evaluated * _period_of(alarm))
    return f"{metric} {_threshold(alarm)} for {count} datapoints within {window}"


def _window(seconds: int) -> str:
    if seconds % MINUTE_SECONDS:
        return f"{seconds} seconds"
    minutes = seconds // MINUTE_SECONDS
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def draw_alarm_state(alarm: Answer) -> None:
    """Draw the state that an alarm is in."""
    value = str(alarm["StateValue"])
    state(STATES.get(value, value), TONES.get(value, "idle"))


def _threshold(alarm: Answer) -> str:
    return f"{SIGNS.get(alarm['ComparisonOperator'], '')} {number(alarm.get('Threshold'))}"


def _period_of(alarm: Answer) -> int:
    """Return the seconds of one datapoint of an alarm."""
    if alarm.get("Period"):
        return int(alarm["Period"])
    periods = [
        each.get("Period") or each.get("MetricStat", {}).get("Period")
        for each in alarm.get("Metrics", [])
    ]
    return min((int(each) for each in periods if each), default=DEFAULT_PERIOD_SECONDS)


# --- an alarm ----------------------------------------------------------------------------------


def alarm(page: Page) -> None:
    """Show an alarm: its state and why, the metric with the threshold, and how it came to be."""
    name = page.query.get("alarm", "")
    view = _AlarmView(page, name)
    with page_head(name, {"Alarms": page.url("cloudwatch", "alarms")}):
        action(page, "Delete", lambda: _delete(page, [name], page.url("cloudwatch", "alarms")))
        action(page, "Set alarm state", lambda: _set_state(page, name))
        action(page, "Enable actions", lambda: _switch(page, name, "Enable"))
        action(page, "Disable actions", lambda: _switch(page, name, "Disable"))
        action(page, "Edit", lambda: _edit(page, name), main=True)
    view.draw()


async def _read_alarm(page: Page, name: str) -> Answer | None:
    found = await read_alarms(page, AlarmNames=[name])
    return found[0] if found else None


@dataclass(frozen=True)
class _Seen:
    """An alarm and its history, the newest first."""

    alarm: Answer | None
    history: list[Answer]


class _AlarmView:
    """The parts of an alarm's page."""

    def __init__(self, page: Page, name: str) -> None:
        self._page = page
        self._name = name
        self._alarm: Answer | None = None

    def draw(self) -> None:
        page = self._page
        self._live = Live(page, self._read, self._draw_state)
        with card("Graph"):
            with ui.element("div").classes("tools"):
                span = ui.select(
                    {0: page.say("Fits the alarm", "พอดีกับ alarm"), **RANGES},
                    label=page.say("Range", "ช่วงเวลา"),
                    value=0,
                )
                span.props("outlined dense options-dense")
            self._span = span
            chart = Chart()
            graph = Live(page, self._read_graph, chart.show, in_place=True)
            span.on_value_change(graph.refresh)
        with card("History"):
            self._history = Table(
                page,
                [
                    Column("at", "Date"),
                    Column("type", "Type", minor=True),
                    Column("summary", "Description"),
                    Column("reason", "Reason", minor=True),
                ],
                key="id",
                empty=page.say("Nothing has happened yet.", "ยังไม่มีอะไรเกิดขึ้น"),
            )
        self._details = ui.column().classes("live")

    async def _read(self) -> _Seen:
        def ask(cloudwatch: Any) -> _Seen:
            answer = cloudwatch.describe_alarms(
                AlarmNames=[self._name], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
            )
            found = answer.get("MetricAlarms", []) + answer.get("CompositeAlarms", [])
            history = cloudwatch.describe_alarm_history(AlarmName=self._name)["AlarmHistoryItems"]
            history.sort(key=lambda item: item["Timestamp"], reverse=True)
            return _Seen(found[0] if found else None, history)

        return await self._page.cloud.use("cloudwatch", ask)

    def _draw_state(self, seen: _Seen) -> None:
        self._alarm = seen.alarm
        self._history.show([_history_row(n, each) for n, each in enumerate(seen.history)])
        self._details.clear()
        found = seen.alarm
        if found is None:
            note(self._page.say("There is no such alarm.", "ไม่มี alarm นี้"))
            return
        with card("State"):
            with ui.row().classes("items-center"):
                draw_alarm_state(found)
                note(self._page.say("since ", "ตั้งแต่ ") + moment(found["StateUpdatedTimestamp"]))
            preformatted(found.get("StateReason") or "-")
        with self._details:
            self._draw_details(found)

    def _draw_details(self, found: Answer) -> None:
        with card("Details"):
            facts(_facts(found))
            if found.get("AlarmDescription"):
                note(found["AlarmDescription"])
            if found.get("Metrics"):
                preformatted(pretty(found["Metrics"]), kind="scrolls")
        with card("Actions"):
            if not found.get("ActionsEnabled", True):
                state("Actions disabled", "warned")
            told = {
                f"{title}: {short(arn)}": arn
                for kind, title in ACTIONS.items()
                for arn in found.get(kind, [])
            }
            facts(told)
            if not told:
                note(
                    self._page.say(
                        "None: it turns red, and nobody is told.",
                        "ไม่มี: เปลี่ยนเป็นสีแดง แต่ไม่มีใครได้รับแจ้ง",
                    )
                )

    async def _read_graph(self) -> Picture:
        if self._alarm is None:
            self._alarm = await _read_alarm(self._page, self._name)
        graph = graph_of(self._alarm or {}, int(self._span.value))
        return await read_graph(self._page.cloud, graph)


def _facts(found: Answer) -> dict[str, str]:
    shown = {
        "Name": found["AlarmName"],
        "Condition": condition(found),
        "ARN": found["AlarmArn"],
    }
    if found.get("MetricName"):
        dimensions = found.get("Dimensions", [])
        shown |= {
            "Namespace": found["Namespace"],
            "Metric name": found["MetricName"],
            **{each["Name"]: each["Value"] for each in dimensions},
            "Statistic": found.get("Statistic") or found.get("ExtendedStatistic", ""),
            "Period": PERIODS.get(found["Period"], f"{found['Period']} seconds"),
        }
    if "TreatMissingData" in found or "MetricName" in found:
        treatment = found.get("TreatMissingData", "missing")
        shown["Missing data treatment"] = MISSING_DATA.get(treatment, treatment)
    return shown


def graph_of(found: Answer, span_s: int) -> Graph:
    """Return the graph of an alarm: what it watches, and the line that it watches for.

    Args:
        found: The alarm; a composite one has none.
        span_s: How far back; 0 for what suits its period.
    """
    if not found or "AlarmRule" in found:
        return Graph((), span_s or max(RANGES))
    period = _period_of(found)
    if found.get("MetricName"):
        stat = found.get("Statistic") or found["ExtendedStatistic"]
        lines = [Line("m1", Metric.from_answer(found), stat=stat, period_s=period)]
    else:
        lines = [_line_of(each, period) for each in found.get("Metrics", [])]
    fitting = next((each for each in RANGES if each >= period * PERIODS_SHOWN), max(RANGES))
    limits: tuple[tuple[str, float], ...] = ()
    if "Threshold" in found:
        name = found.get("MetricName", "Threshold")
        limits = ((f"{name} {_threshold(found)}", float(found["Threshold"])),)
    return Graph(lines, span_s or fitting, limits)


def _line_of(query: dict[str, Any], period_s: int) -> Line:
    stat = query.get("MetricStat")
    return Line(
        query["Id"],
        Metric.from_answer(stat["Metric"]) if stat else None,
        expression=query.get("Expression", ""),
        stat=stat["Stat"] if stat else "",
        period_s=stat["Period"] if stat else period_s,
        label=query.get("Label", ""),
        visible=query.get("ReturnData", True),
    )


def _history_row(index: int, item: Answer) -> Row:
    try:
        data = json.loads(item.get("HistoryData") or "{}")
        reason = data.get("newState", {}).get("stateReason", "")
    except (ValueError, AttributeError):
        reason = ""
    return {
        "id": f"{index}",
        "at": moment(item["Timestamp"]),
        "type": item.get("HistoryItemType", ""),
        "summary": item.get("HistorySummary", ""),
        "reason": str(reason),
    }


# --- creating and changing ---------------------------------------------------------------------


async def create_alarm(
    page: Page, metric: Metric | None = None, *, stat: str = "Average", period_s: int = 300
) -> None:
    """Open the form for a new alarm.

    Args:
        page: Where.
        metric: What it watches at first; None leaves it to choose.
        stat: Of the metric.
        period_s: Seconds of one datapoint.
    """
    known = await read_metrics(page)
    topics = await page.cloud.ask("sns", "ListTopics")
    with Form(page, "Create alarm") as form:
        given: Answer = {"Statistic": stat, "Period": period_s}
        _draw_fields(form, known, _topic_names(topics), metric, given)


async def _edit(page: Page, name: str) -> None:
    found = await _read_alarm(page, name)
    if found is None or not found.get("MetricName"):
        ui.notify(
            page.say(
                "The form knows alarms of one metric; change this one with the command line.",
                "ฟอร์มนี้แก้ได้เฉพาะ alarm ของ metric เดียว ตัวนี้ให้แก้ด้วย command line",
            )
        )
        return
    known = await read_metrics(page)
    topics = await page.cloud.ask("sns", "ListTopics")
    with Form(page, "Edit alarm", submit="Update alarm") as form:
        _draw_fields(form, known, _topic_names(topics), Metric.from_answer(found), found)


def _topic_names(topics: Answer) -> dict[str, str]:
    return {each["TopicArn"]: short(each["TopicArn"]) for each in topics["Topics"]}


def _draw_fields(
    form: Form,
    known: list[Metric],
    topics: dict[str, str],
    metric: Metric | None,
    given: Answer,
) -> None:
    """Draw an alarm's fields, and say which call they stand for."""
    page = form.page
    choice = MetricChoice(form, known, metric, several=False)
    statistics = list(STATISTICS)
    chosen = given.get("Statistic") or given.get("ExtendedStatistic", "Average")
    if chosen not in statistics:
        statistics.append(chosen)
    stat = form.choice("Statistic", statistics, chosen)
    periods = {str(each): text for each, text in PERIODS.items()}
    periods.setdefault(str(given["Period"]), f"{given['Period']} seconds")
    period = form.choice("Period", periods, str(given["Period"]))
    comparison = form.choice(
        "Whenever the metric is",
        COMPARISONS,
        given.get("ComparisonOperator", "GreaterThanThreshold"),
    )
    threshold = form.text("Threshold", f"{given['Threshold']:.15g}" if "Threshold" in given else "")
    with ui.row().classes("beside"):
        evaluated = int(given.get("EvaluationPeriods", 1))
        needed = form.number("Datapoints to alarm", int(given.get("DatapointsToAlarm", evaluated)))
        periods_seen = form.number("out of", evaluated)
    missing = form.choice(
        "Missing data treatment", MISSING_DATA, given.get("TreatMissingData", "missing")
    )
    told = {
        kind: form.choice(
            f"{title}: send a notification to",
            _told_choices(page, topics, given.get(kind, [])),
            (given.get(kind) or [NOBODY])[0],
        )
        for kind, title in ACTIONS.items()
    }
    name = None if "AlarmName" in given else form.text("Alarm name")
    description = form.text("Alarm description", given.get("AlarmDescription", ""))

    def calls() -> list[Call]:
        (watched,) = choice.metrics
        named = given.get("AlarmName") or required(
            name.value if name else "", page.say("The alarm needs a name.", "ยังไม่ได้ใส่ชื่อ alarm")
        )
        if not needed.value or not periods_seen.value:
            raise IncompleteError(page.say("Each number is needed.", "ต้องใส่ตัวเลขให้ครบ"))
        parameters: dict[str, Any] = {"AlarmName": named}
        if description.value:
            parameters["AlarmDescription"] = description.value
        if given.get("ActionsEnabled") is False:
            parameters["ActionsEnabled"] = False
        parameters |= {
            kind: _arns(field.value, given.get(kind, []))
            for kind, field in told.items()
            if field.value
        }
        parameters |= watched.as_parameter()
        if not parameters["Dimensions"]:
            del parameters["Dimensions"]
        kind = "ExtendedStatistic" if str(stat.value).startswith("p") else "Statistic"
        parameters |= {
            kind: stat.value,
            "Period": int(period.value),
            "EvaluationPeriods": round(periods_seen.value),
            "DatapointsToAlarm": round(needed.value),
            "Threshold": decimal(
                threshold.value,
                page.say("The threshold is a number.", "threshold ต้องเป็นตัวเลข"),
            ),
            "ComparisonOperator": comparison.value,
            "TreatMissingData": missing.value,
        }
        return [Call("cloudwatch", "PutMetricAlarm", parameters)]

    form.makes(calls)


def _told_choices(page: Page, topics: dict[str, str], there: list[str]) -> dict[str, str]:
    kept = {arn: short(arn) for arn in there[:1]}
    return {NOBODY: page.say("Nobody", "ไม่แจ้ง"), **topics, **kept}


def _arns(first: str, there: list[str]) -> list[str]:
    """Return the actions of a state: the chosen one, and further ones that it had."""
    return [first, *(arn for arn in there[1:] if arn != first)]


def _set_state(page: Page, name: str) -> None:
    with Form(page, "Set alarm state") as form:
        note(
            page.say(
                "For a test: its actions run as if it had happened. At the next evaluation the "
                "alarm is again what its metric says.",
                "ใช้ทดสอบ: action จะทำงานเหมือนเกิดจริง และรอบถัดไป alarm จะกลับตามค่าของ metric",
            )
        )
        value = form.choice("State", STATES, "ALARM")
        reason = form.text("Reason", "Testing")

        def calls() -> list[Call]:
            parameters = {
                "AlarmName": name,
                "StateValue": value.value,
                "StateReason": required(
                    reason.value, page.say("A reason is needed.", "ต้องใส่เหตุผล")
                ),
            }
            return [Call("cloudwatch", "SetAlarmState", parameters)]

        form.makes(calls)


def _switch(page: Page, name: str, verb: str) -> None:
    with Form(page, f"{verb} actions") as form:
        form.makes(lambda: [Call("cloudwatch", f"{verb}AlarmActions", {"AlarmNames": [name]})])


def _delete(page: Page, names: list[str], then: str = "") -> None:
    listed = ", ".join(names)
    deletion(
        page,
        "Delete alarm" if len(names) == 1 else "Delete alarms",
        page.say(f"{listed} watches no more.", f"{listed} จะหยุดเฝ้าดู"),
        [Call("cloudwatch", "DeleteAlarms", {"AlarmNames": names})],
        then,
    )
