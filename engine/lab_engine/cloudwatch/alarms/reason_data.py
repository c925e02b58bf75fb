"""StateReasonData of DescribeAlarms: the figures behind an alarm's state.

Source: LocalStack's recordings of AWS, and reason data of AWS that others have published.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from lab_engine.cloudwatch.alarms.evaluation import Point


def reason_data(
    alarm: Mapping[str, Any],
    period: int,
    evaluated: Sequence[Point],
    sample_counts: Mapping[int, float | None],
) -> dict[str, Any]:
    """Describe the data points that decided.

    Args:
        alarm: Its settings, as DescribeAlarms gives them.
        period: Seconds of one data point.
        evaluated: One point for each evaluation period, newest first.
        sample_counts: The number of samples of a data point, by its Unix time; empty for an alarm
            on an expression.

    Returns:
        The document, in AWS's order of names. `unit`, `statistic` and `startDate` are left out if
        there is none.
    """
    known = [point for point in evaluated if point[1] is not None]
    data: dict[str, Any] = {"version": "1.0", "queryDate": _iso(time.time())}
    if known:
        data["startDate"] = _iso(known[-1][0])
    if alarm.get("Unit"):
        data["unit"] = alarm["Unit"]
    if alarm.get("Statistic"):
        data["statistic"] = alarm["Statistic"]
    return data | {
        "period": period,
        "recentDatapoints": [value for _, value in reversed(known)],
        "threshold": alarm["Threshold"],
        "evaluatedDatapoints": [_described(point, sample_counts) for point in evaluated],
    }


def _described(point: Point, sample_counts: Mapping[int, float | None]) -> dict[str, Any]:
    """Return one data point; a missing one has a time only."""
    start, value = point
    described: dict[str, Any] = {"timestamp": _iso(start)}
    if value is None:
        return described
    if (count := sample_counts.get(start)) is not None:
        described["sampleCount"] = count
    return described | {"value": value}


def _iso(unix_time: float) -> str:
    moment = datetime.fromtimestamp(unix_time, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"
