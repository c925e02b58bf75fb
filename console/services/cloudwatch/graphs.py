"""Graphs of metrics: asked of GetMetricData, drawn by the chart."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from console.metrics import as_series, queries
from console.parts.chart import Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.cloud import Cloud
    from console.metrics import Line
    from console.parts.chart import View

MINUTE_SECONDS = 60


@dataclass(frozen=True)
class Graph:
    """What a graph asks and how it is drawn.

    Args:
        lines: Metrics and expressions.
        span_s: How far back it looks.
        limits: Horizontal lines: what each means, and where.
        view: How it is drawn.
    """

    lines: Sequence[Line]
    span_s: int
    limits: tuple[tuple[str, float], ...] = ()
    view: View = "timeSeries"


async def read_graph(cloud: Cloud, graph: Graph) -> Picture:
    """Return a graph with its data up to now."""
    # Up to the end of this minute: the axis moves on once a minute, and with it the picture.
    end = (int(time.time()) // MINUTE_SECONDS + 1) * MINUTE_SECONDS
    start = end - graph.span_s
    asked = queries(graph.lines, graph.span_s)

    def ask(cloudwatch: Any) -> list[dict[str, Any]]:
        pages = cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=asked, StartTime=start, EndTime=end
        )
        return [each for answer in pages for each in answer["MetricDataResults"]]

    results = await cloud.use("cloudwatch", ask) if asked else []
    series = as_series(graph.lines, results)
    return Picture(tuple(series), start, end, graph.limits, graph.view)
