"""CloudWatch's metrics explorer: what there is, by namespace and dimensions, and its graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nicegui import background_tasks, ui

from console.metrics import PERIODS, RANGES, STATISTICS, Line, Metric
from console.parts.chart import Chart, Picture, draw_table
from console.parts.layout import action, card, link, page_head
from console.parts.live import Live
from console.parts.metric_choice import WITHOUT_DIMENSIONS, read_metrics
from console.parts.table import Column, Row, Table
from console.parts.text import note
from console.services.cloudwatch.alarms import create_alarm
from console.services.cloudwatch.graphs import Graph, read_graph
from console.services.cloudwatch.sections import sections

if TYPE_CHECKING:
    from console.page import Page

GRAPH_SECONDS: Final = 5
BROWSE_SECONDS: Final = 10
MOST_LINES: Final = 50


def metrics(page: Page) -> None:
    """Browse the metrics: the namespaces, what is in one of them, and the graph of some."""
    sections(page, "metrics")
    with page_head("Metrics"):
        pass
    _Explorer(page).draw()


class _Explorer:
    """The graph above, the metrics to choose from below."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._namespace = page.query.get("namespace", "")
        self._chosen: list[Metric] = []

    def draw(self) -> None:
        with card("Graph", self._draw_actions):
            with ui.element("div").classes("tools"):
                self._stat = _choice("Statistic", {each: each for each in STATISTICS}, "Sum")
                self._period = _choice("Period", PERIODS, 60)
                self._span = _choice(self._page.say("Range", "ช่วงเวลา"), RANGES, 3600)
            self._chart = Chart()
            self._numbers = ui.column().classes("live")
            graph = Live(
                self._page, self._read_graph, self._show_graph, every=GRAPH_SECONDS, in_place=True
            )
            for field in (self._stat, self._period, self._span):
                field.on_value_change(graph.refresh)
            self._graph = graph
        if self._namespace:
            self._draw_metrics()
        else:
            self._draw_namespaces()

    def _draw_actions(self) -> None:
        self._alarm = action(self._page, "Create alarm", self._create_alarm)
        self._alarm.disable()

    async def _create_alarm(self) -> None:
        await create_alarm(
            self._page,
            self._chosen[0],
            stat=str(self._stat.value),
            period_s=int(self._period.value),
        )

    async def _read_graph(self) -> Picture:
        lines = [
            Line(f"m{n}", metric, stat=str(self._stat.value), period_s=int(self._period.value))
            for n, metric in enumerate(self._chosen[:MOST_LINES])
        ]
        return await read_graph(self._page.cloud, Graph(lines, int(self._span.value)))

    def _show_graph(self, picture: Picture) -> None:
        self._chart.show(picture)
        self._numbers.clear()
        with self._numbers:
            if self._chosen:
                draw_table(picture.series)
            else:
                note(
                    self._page.say(
                        "Choose metrics below to see their graph.",
                        "เลือก metric ด้านล่างเพื่อดูกราฟ",
                    )
                )

    def _draw_namespaces(self) -> None:
        page = self._page

        def show(found: list[Metric]) -> None:
            counts: dict[str, int] = {}
            for metric in found:
                counts[metric.namespace] = counts.get(metric.namespace, 0) + 1
            for namespace, count in sorted(counts.items()):
                with ui.row().classes("items-center"):
                    link(namespace, page.url("cloudwatch", "metrics", namespace=namespace))
                    note(f"{count} metrics")
            if not counts:
                note(page.say("No metric has data yet.", "ยังไม่มี metric ที่มีข้อมูล"))

        with card("Namespaces"):
            Live(page, lambda: read_metrics(page), show, every=BROWSE_SECONDS)

    def _draw_metrics(self) -> None:
        page, namespace = self._page, self._namespace
        with card(namespace):
            link(page.say("All namespaces", "namespace ทั้งหมด"), page.url("cloudwatch", "metrics"))
            table = Table(
                page,
                [
                    Column("whose", "Value"),
                    Column("metric", "Metric name"),
                    Column("by", "Dimensions", minor=True),
                ],
                key="id",
                empty=page.say("No metric has data here.", "ไม่มี metric ที่มีข้อมูลที่นี่"),
                on_select=self._select,
            )
            Live(
                page,
                lambda: read_metrics(page, Namespace=namespace),
                lambda found: table.show([_metric_row(n, each) for n, each in enumerate(found)]),
                every=BROWSE_SECONDS,
                in_place=True,
            )

    def _select(self, rows: list[Row]) -> None:
        self._chosen = [
            Metric(self._namespace, row["metric"], tuple(map(tuple, row["dimensions"])))
            for row in rows
        ]
        self._alarm.set_enabled(len(rows) == 1 and not self._page.read_only)
        background_tasks.create(self._graph.refresh())


def _metric_row(number: int, metric: Metric) -> Row:
    return {
        "id": f"{metric.dimensions} {metric.name}",
        "number": number,
        "metric": metric.name,
        "by": ", ".join(metric.dimension_names) or WITHOUT_DIMENSIONS,
        "whose": ", ".join(metric.values),
        "dimensions": [list(pair) for pair in metric.dimensions],
    }


def _choice[K](label: str, options: dict[K, str], value: K) -> ui.select:
    field = ui.select(options, label=label, value=value)
    return field.props("outlined dense options-dense")
