"""A CloudWatch dashboard's JSON as widgets, and back.

Source: "Dashboard body structure and syntax" in the CloudWatch API reference.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Final

from console.metrics import Line, Metric

COLUMNS: Final = 24
DEFAULT_SIZE: Final = 6
LARGEST_HEIGHT: Final = 1000
DEFAULT_PERIOD_SECONDS: Final = 300

Widget = dict[str, Any]
Body = dict[str, Any]


class DashboardError(ValueError):
    """The text is no dashboard; the message says where it goes wrong."""


def read_body(text: str) -> Body:
    """Return a dashboard from its JSON.

    Raises:
        DashboardError: It is not JSON, or has no list of widgets that are objects.
    """
    try:
        body = json.loads(text)
    except ValueError as error:
        raise DashboardError(str(error)) from None
    widgets = body.get("widgets") if isinstance(body, dict) else None
    if not isinstance(widgets, list) or not all(isinstance(each, dict) for each in widgets):
        message = 'a dashboard is {"widgets": [{...}, ...]}'
        raise DashboardError(message)
    return dict(body)


def as_text(body: Body) -> str:
    """Return a dashboard as PutDashboard takes it."""
    return json.dumps(body, ensure_ascii=False)


@dataclass(frozen=True)
class Place:
    """Where a widget stands, in columns of 24 and rows.

    Args:
        x: The first column, from 0.
        y: The first row, from 0.
        width: In columns.
        height: In rows.
    """

    x: int
    y: int
    width: int
    height: int

    def meets(self, other: Place) -> bool:
        """Whether two places have a field in common."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


def places(widgets: list[Widget]) -> list[Place]:
    """Return where each widget stands; those that do not say follow the others, as in CloudWatch.

    Args:
        widgets: As in the JSON; what is not a sensible number there is taken as not said.
    """
    found: list[Place] = []
    for widget in widgets:
        size = _size(widget)
        x, y = _whole(widget.get("x")), _whole(widget.get("y"))
        if x is None or y is None:
            found.append(free_place(found, size.width, size.height))
        else:
            found.append(replace(size, x=min(x, COLUMNS - size.width), y=y))
    return found


def _size(widget: Widget) -> Place:
    width = _whole(widget.get("width")) or DEFAULT_SIZE
    height = _whole(widget.get("height")) or DEFAULT_SIZE
    return Place(0, 0, min(width, COLUMNS), min(height, LARGEST_HEIGHT))


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def free_place(taken: list[Place], width: int, height: int) -> Place:
    """Return the first place, by rows, where a widget fits."""
    lowest = max((each.y + each.height for each in taken), default=0)
    rows = sorted({0, lowest, *(each.y + each.height for each in taken)})
    for y in rows:
        for x in range(COLUMNS - width + 1):
            place = Place(x, y, width, height)
            if not any(place.meets(each) for each in taken):
                return place
    return Place(0, lowest, width, height)


def with_widget(body: Body, kind: str, properties: dict[str, Any], size: tuple[int, int]) -> Body:
    """Return a dashboard with one more widget, at the first place where it fits.

    Args:
        body: The dashboard.
        kind: As the JSON calls it, for example `metric`.
        properties: Of the widget.
        size: Columns and rows.
    """
    widgets = body["widgets"]
    place = free_place(places(widgets), *size)
    added = {
        "type": kind,
        "x": place.x,
        "y": place.y,
        "width": place.width,
        "height": place.height,
        "properties": properties,
    }
    return {**body, "widgets": [*widgets, added]}


def with_changed(body: Body, number: int, widget: Widget | None) -> Body:
    """Return a dashboard with another widget in the place of one; None takes it away."""
    widgets = list(body["widgets"])
    widgets[number : number + 1] = [] if widget is None else [widget]
    return {**body, "widgets": widgets}


# --- the lines of a metric widget --------------------------------------------------------------


def lines_of(properties: dict[str, Any]) -> list[Line]:
    """Return the lines of a metric widget.

    Args:
        properties: Of the widget: `metrics` in its short form, where `.` and `...` stand for what
            the line before has.

    Raises:
        DashboardError: A line is not of that form.
    """
    default = Line(
        id="",
        stat=str(properties.get("stat") or "Average"),
        period_s=_whole(properties.get("period")) or DEFAULT_PERIOD_SECONDS,
    )
    metrics = properties.get("metrics") or []
    if not isinstance(metrics, list) or not all(isinstance(each, list) for each in metrics):
        message = "metrics is a list of lists"
        raise DashboardError(message)
    taken = {str(_options(each).get("id")) for each in metrics}
    free = (f"line{n}" for n in range(10_000) if f"line{n}" not in taken)
    lines = []
    before: list[str] = []
    for metric in metrics:
        options = _options(metric)
        line = _with_options(replace(default, id=next(free)), options)
        if "expression" not in options:
            before = _in_full([each for each in metric if isinstance(each, str)], before)
            line = replace(line, metric=_metric(before))
        lines.append(line)
    return lines


def _options(metric: list[Any]) -> dict[str, Any]:
    return metric[-1] if metric and isinstance(metric[-1], dict) else {}


def _with_options(line: Line, options: dict[str, Any]) -> Line:
    return replace(
        line,
        id=str(options.get("id") or line.id),
        expression=str(options.get("expression", "")),
        stat=str(options.get("stat") or line.stat),
        period_s=_whole(options.get("period")) or line.period_s,
        label=str(options.get("label", "")),
        visible=options.get("visible", True) is not False,
        colour=str(options.get("color", "")),
        on_right=options.get("yAxis") == "right",
    )


def _in_full(words: list[str], before: list[str]) -> list[str]:
    """Return a line's words without short forms."""
    if words and words[0] == "...":
        words = [*before[: max(len(before) - len(words) + 1, 0)], *words[1:]]
    if any(word == "." and place >= len(before) for place, word in enumerate(words)):
        message = f'"." in {words} stands for nothing: the line before is shorter'
        raise DashboardError(message)
    return [before[place] if word == "." else word for place, word in enumerate(words)]


def _metric(words: list[str]) -> Metric:
    if len(words) < 2 or len(words) % 2:  # noqa: PLR2004 - namespace and name, then pairs
        message = f"{words} is not a namespace, a metric, and pairs of dimensions"
        raise DashboardError(message)
    pairs = sorted(zip(words[2::2], words[3::2], strict=True))
    return Metric(words[0], words[1], tuple(pairs))


def as_metrics(metrics: list[Metric], expression: str = "") -> list[list[Any]]:
    """Return metrics as a widget has them, with an expression over `m1`, `m2` and so on."""
    rows: list[list[Any]] = [
        [each.namespace, each.name, *(word for pair in each.dimensions for word in pair)]
        for each in metrics
    ]
    if not expression:
        return rows
    numbered = [[*row, {"id": f"m{n}"}] for n, row in enumerate(rows, 1)]
    return [[{"expression": expression, "id": "e1"}], *numbered]


def horizontal_lines(properties: dict[str, Any]) -> list[tuple[str, float]]:
    """Return the horizontal annotations of a metric widget: label and value."""
    annotations = properties.get("annotations")
    found = annotations.get("horizontal") if isinstance(annotations, dict) else None
    if not isinstance(found, list):
        return []
    flat = [each for group in found for each in (group if isinstance(group, list) else [group])]
    return [
        (str(each.get("label", "")), float(each["value"]))
        for each in flat
        if isinstance(each, dict) and isinstance(each.get("value"), int | float)
    ]


# --- log widgets -------------------------------------------------------------------------------


@dataclass(frozen=True)
class LogQuery:
    """What a log widget asks, as far as FilterLogEvents can answer it.

    Args:
        groups: Names of log groups.
        limit: How many lines.
        newest_first: Which lines, and their order.
    """

    groups: tuple[str, ...]
    limit: int = 100
    newest_first: bool = True


_SIMPLE_COMMANDS: Final = ("fields", "display")
_MOST_LINES: Final = 1000


def read_query(text: str) -> LogQuery | None:
    """Return a Logs Insights query that only shows lines; None for one that does more.

    Args:
        text: `SOURCE 'group' | fields @timestamp, @message | sort @timestamp desc | limit 20`.
    """
    query = LogQuery(())
    for part in text.split("|"):
        command, _, rest = part.strip().partition(" ")
        rest = rest.strip()
        match command.lower():
            case "source":
                group = rest.strip("'\"")
                query = replace(query, groups=(*query.groups, group))
            case "limit" if rest.isdecimal():
                query = replace(query, limit=min(int(rest), _MOST_LINES))
            case "sort" if rest.split()[:1] == ["@timestamp"]:
                query = replace(query, newest_first=rest.split()[1:] != ["asc"])
            case name if name in _SIMPLE_COMMANDS:
                pass
            case _:
                return None
    return query if query.groups else None
