"""Metrics as a picture. All text in it is drawn as text; no part of it is ever markup."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from nicegui import ui

from console.metrics import number
from console.showing import BANGKOK, moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.metrics import Series

View = Literal["timeSeries", "stacked", "singleValue", "bar", "pie"]

PALETTE: Final = (
    "#2e86de",
    "#ef8a17",
    "#27a567",
    "#d64550",
    "#8e67c9",
    "#9c6b4f",
    "#d873b0",
    "#7b8794",
    "#b3a323",
    "#22a7b8",
)
"""Seen on white and on black."""

LIMIT_COLOUR: Final = "#d64550"
_GRID_COLOUR: Final = "rgba(127, 140, 155, 0.28)"
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_OFFSET_MS: Final = (BANGKOK.utcoffset(None).total_seconds()) * 1000
"""The axis shows UTC; what is given to it is the clock of the workshop."""

_FEW_LABELS: Final = 12


@dataclass(frozen=True)
class Picture:
    """What a chart shows.

    Args:
        series: The lines.
        start: Unix seconds where the axis begins.
        end: Unix seconds where it ends.
        limits: Horizontal lines: what each means, and where.
        view: How it is drawn.
    """

    series: tuple[Series, ...]
    start: float
    end: float
    limits: tuple[tuple[str, float], ...] = ()
    view: View = "timeSeries"

    @property
    def summary(self) -> str:
        """The picture in words: each line with its newest value."""
        told = [f"{each.label}: {number(each.last)}" for each in self.series]
        told += [f"{label}: {number(value)}" for label, value in self.limits]
        return "; ".join(told)


class Chart:
    """A picture that changes while its place stays."""

    def __init__(self) -> None:
        self._chart: ui.echart | None = None
        self._place = ui.element("div").classes("chart").props("role=img")

    def show(self, picture: Picture) -> None:
        """Show this picture instead."""
        self._place.props["aria-label"] = picture.summary
        options = _options(picture)
        if self._chart is None:
            with self._place:
                self._chart = ui.echart(options, renderer="svg")
            return
        self._chart.options.clear()
        self._chart.options.update(options)
        self._chart.update()


def draw_numbers(series: Sequence[Series]) -> None:
    """Draw the newest value of each line, as large as it can be read from afar."""
    with ui.element("div").classes("numbers"):
        for each in series:
            with ui.column().classes("number"):
                ui.label(number(each.last)).classes("number-value")
                ui.label(each.label).classes("note")


def _options(picture: Picture) -> dict[str, Any]:
    common = {
        "color": list(PALETTE),
        "animation": False,
        # Drawn in the picture itself: a tooltip of HTML would be made of the names.
        "tooltip": {"renderMode": "richText", "confine": True, "backgroundColor": "var(--paper)"},
        "textStyle": {"fontFamily": "inherit"},
    }
    if picture.view == "bar":
        return common | _bars(picture)
    if picture.view == "pie":
        return common | _pie(picture)
    return _lines(picture, common)


def _lines(picture: Picture, common: dict[str, Any]) -> dict[str, Any]:
    drawn = [_line(each, stacked=picture.view == "stacked") for each in picture.series]
    drawn += [_limit(label, value, picture) for label, value in picture.limits]
    right = any(each.on_right for each in picture.series)
    return {
        **common,
        "tooltip": {**common["tooltip"], "trigger": "axis"},
        "useUTC": True,
        "legend": {"type": "scroll", "bottom": 0, "icon": "roundRect", "itemHeight": 4},
        "grid": {"left": 8, "right": 16, "top": 14, "bottom": 34, "containLabel": True},
        "xAxis": {
            "type": "time",
            "min": picture.start * 1000 + _OFFSET_MS,
            "max": picture.end * 1000 + _OFFSET_MS,
            "axisLine": {"lineStyle": {"color": _GRID_COLOUR}},
            "splitNumber": 5,
            "axisLabel": {"hideOverlap": True},
        },
        "yAxis": [_scale(), *([_scale()] if right else [])],
        "series": drawn,
    }


def _scale() -> dict[str, Any]:
    return {
        "type": "value",
        "splitLine": {"lineStyle": {"color": _GRID_COLOUR}},
        "splitNumber": 4,
    }


def _line(series: Series, *, stacked: bool) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "type": "line",
        "name": series.label,
        "data": [[time * 1000 + _OFFSET_MS, value] for time, value in series.points],
        "symbolSize": 4,
        "showSymbol": len(series.points) <= _FEW_LABELS,
        "lineStyle": {"width": 2},
        "yAxisIndex": int(series.on_right),
    }
    if _COLOUR.fullmatch(series.colour):
        drawn["color"] = series.colour
    if stacked:
        drawn |= {"stack": "all", "areaStyle": {"opacity": 0.35}}
    return drawn


def _limit(label: str, value: float, picture: Picture) -> dict[str, Any]:
    """Return a line of its own, which is there even where the metric has no data."""
    ends = (picture.start, picture.end)
    return {
        "type": "line",
        "name": label or number(value),
        "data": [[time * 1000 + _OFFSET_MS, value] for time in ends],
        "showSymbol": False,
        "color": LIMIT_COLOUR,
        "lineStyle": {"type": "dashed", "width": 2},
    }


def _bars(picture: Picture) -> dict[str, Any]:
    return {
        "grid": {"left": 8, "right": 16, "top": 8, "bottom": 8, "containLabel": True},
        "xAxis": _scale(),
        "yAxis": {"type": "category", "data": [each.label for each in picture.series]},
        "series": [{"type": "bar", "data": [each.last or 0 for each in picture.series]}],
    }


def _pie(picture: Picture) -> dict[str, Any]:
    slices = [{"name": each.label, "value": each.last or 0} for each in picture.series]
    return {"series": [{"type": "pie", "radius": ["40%", "70%"], "data": slices}]}


def draw_table(series: Sequence[Series]) -> None:
    """Draw the newest value of each line, for those who read better than they look."""
    with ui.element("dl").classes("facts"):
        for each in series:
            with ui.element("div"):
                with ui.element("dt"):
                    ui.label(each.label)
                with ui.element("dd"):
                    when = f" · {moment(each.points[-1][0])}" if each.points else ""
                    ui.label(f"{number(each.last)}{when}")
