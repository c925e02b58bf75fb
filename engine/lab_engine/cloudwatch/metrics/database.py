"""Store and read data points with exact dimensions: few writes, and one query per series."""

import math
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from localstack.services.cloudwatch.cloudwatch_database_helper import CloudwatchDatabase

from lab_engine.cloudwatch.metrics.recorder import MetricDatum, Recorder

_PERCENTILE_PREFIX = "p"
_FROM_ONE_VALUE: dict[str, Callable[[float, float, float, float], float]] = {
    "Sum": lambda _count, total, _low, _high: total,
    "Average": lambda count, total, _low, _high: total / count,
    "Minimum": lambda _count, _total, low, _high: low,
    "Maximum": lambda _count, _total, _low, high: high,
    "SampleCount": lambda count, _total, _low, _high: count,
}

_INSERT_SINGLE = """
    INSERT INTO SINGLE_METRICS (account_id, region, metric_name, namespace, timestamp, dimensions,
                                unit, storage_resolution, value)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_INSERT_AGGREGATED = """
    INSERT INTO AGGREGATED_METRICS (account_id, region, metric_name, namespace, timestamp,
                                    dimensions, unit, storage_resolution, sample_count, sum, min,
                                    max)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_SERIES = """
    WHERE account_id = :account AND region = :region AND namespace = :namespace
      AND metric_name = :name AND dimensions IS :dimensions
      AND timestamp >= :start AND timestamp < :end
      AND (:unit IS NULL OR COALESCE(unit, 'NULL_VALUE') = :unit)"""
_STATISTICS = f"""
    SELECT (timestamp - :start) / :period AS bucket, SUM(n), SUM(total), MIN(low), MAX(high)
    FROM (
        SELECT timestamp, 1 AS n, value AS total, value AS low, value AS high
        FROM SINGLE_METRICS {_SERIES}
        UNION ALL
        SELECT timestamp, sample_count, sum, min, max FROM AGGREGATED_METRICS {_SERIES}
    ) GROUP BY bucket ORDER BY bucket"""  # noqa: S608 - built from constants
_VALUES = f"""
    SELECT (timestamp - :start) / :period AS bucket, value
    FROM SINGLE_METRICS {_SERIES} ORDER BY bucket, value"""  # noqa: S608 - built from constants
_INDEX_SERIES = """
    DROP INDEX idx_single_metrics_comp;
    DROP INDEX idx_aggregated_metrics_comp;
    CREATE INDEX single_metrics_series
        ON SINGLE_METRICS (namespace, metric_name, dimensions, timestamp);
    CREATE INDEX aggregated_metrics_series
        ON AGGREGATED_METRICS (namespace, metric_name, dimensions, timestamp);"""
"""LocalStack's own indexes end at the metric's name: an alarm on the last seconds of one function
would read all that the metric has counted of all functions since the lab began."""


WRITING = threading.RLock()
"""Whoever has it is the only one who writes data points. LocalStack's own lock is another one in
each of its objects."""


class UnknownStatisticError(ValueError):
    """A statistic that is neither one of CloudWatch's five nor a percentile."""


def store(account: str, region: str, namespace: str, data: list[MetricDatum]) -> None:
    """Write data points, in the form of PutMetricData, without an API call."""
    CloudwatchDatabase().add_metric_data(account, region, namespace, data)


def make_tables_alone(make: Callable[..., None], self: Any) -> None:
    """Make the tables where there are none, one thread at a time, and index them by series."""
    with WRITING:
        is_new = not Path(self.METRICS_DB).exists()
        make(self)
        if is_new:
            with sqlite3.connect(self.METRICS_DB) as connection:
                connection.executescript(_INDEX_SERIES)


RECORDER = Recorder(store)
"""The recorder of this LocalStack."""


def is_percentile(statistic: str) -> bool:
    """Tell whether a statistic is a percentile from `p0` to `p100`, such as `p99.9`."""
    try:
        rank = float(statistic.removeprefix(_PERCENTILE_PREFIX))
    except ValueError:
        return False
    return statistic.startswith(_PERCENTILE_PREFIX) and 0 <= rank <= 100  # noqa: PLR2004 - percent


def align_start(start: datetime, period: int) -> int:
    """Round a start time down as GetMetricData does: to the minute, or to a shorter period.

    Args:
        start: The caller's start time.
        period: Seconds; if it is below a minute it is the step, else a minute is.

    Returns:
        The start in Unix seconds.
    """
    grain = min(period, 60)
    return int(start.timestamp()) // grain * grain


def dimension_key(dimensions: Iterable[dict[str, str]] | None) -> str | None:
    """Return a set of dimensions as LocalStack's tables store it; None if it is empty."""
    if not dimensions:
        return None
    return "".join(
        f"{d['Name']}={d['Value']}\t" for d in sorted(dimensions, key=lambda d: d["Name"])
    )


def percentile(values: Sequence[float], rank: float) -> float:
    """Return the interpolated percentile of sorted values."""
    position = (len(values) - 1) * rank / 100
    low = math.floor(position)
    high = math.ceil(position)
    return values[low] + (values[high] - values[low]) * (position - low)


def flush_first(original: Callable[..., Any], *args: object, **kwargs: object) -> Any:
    """Write the recorder's pending data points before reading."""
    RECORDER.flush()
    return original(*args, **kwargs)


def add_metric_data(
    self: Any, account_id: str, region: str, namespace: str, metric_data: list[MetricDatum]
) -> None:
    """Write many data points in one transaction."""
    now = datetime.now(UTC)
    singles: list[tuple[Any, ...]] = []
    aggregated: list[tuple[Any, ...]] = []
    for datum in metric_data:
        series = (
            account_id,
            region,
            datum.get("MetricName"),
            namespace,
            int((datum.get("Timestamp") or now).timestamp()),
            dimension_key(datum.get("Dimensions")),
            datum.get("Unit"),
            datum.get("StorageResolution"),
        )
        singles += [(*series, value) for value in _single_values(datum)]
        if statistics := datum.get("StatisticValues"):
            aggregated.append(
                (*series, *(statistics[k] for k in ("SampleCount", "Sum", "Minimum", "Maximum")))
            )
    with WRITING, sqlite3.connect(self.METRICS_DB) as connection:
        # The metrics end with the emulator, so no write needs to wait for the disk.
        connection.execute("PRAGMA synchronous = OFF")
        connection.executemany(_INSERT_SINGLE, singles)
        connection.executemany(_INSERT_AGGREGATED, aggregated)


def _single_values(datum: MetricDatum) -> list[float]:
    if datum.get("Value") is not None:
        return [datum["Value"]]
    values = datum.get("Values") or []
    counts = datum.get("Counts") or [1] * len(values)
    return [v for v, count in zip(values, counts, strict=True) for _ in range(int(count))]


def get_metric_data_stat(
    self: Any,
    account_id: str,
    region: str,
    query: dict[str, Any],
    start_time: datetime,
    end_time: datetime,
    scan_by: str | None,
) -> dict[str, list[float]]:
    """Read one series with one query that compares all of its dimensions."""
    RECORDER.flush()
    metric_stat = query["MetricStat"]
    metric = metric_stat["Metric"]
    period = int(metric_stat["Period"])
    start = align_start(start_time, period)
    parameters = {
        "account": account_id,
        "region": region,
        "namespace": metric.get("Namespace"),
        "name": metric.get("MetricName"),
        "dimensions": dimension_key(metric.get("Dimensions")),
        "unit": metric_stat.get("Unit"),
        "start": start,
        "end": math.ceil(end_time.timestamp()),
        "period": period,
    }
    buckets = _bucket_values(self, metric_stat["Stat"], parameters)
    points = [(start + bucket * period, value) for bucket, value in buckets]
    if scan_by != "TimestampAscending":
        points.reverse()
    return {"timestamps": [t for t, _ in points], "values": [v for _, v in points]}


def _bucket_values(
    database: Any, statistic: str, parameters: dict[str, Any]
) -> list[tuple[int, float]]:
    """Return one value for each period that has data, oldest first."""
    uri = database.METRICS_DB_READ_ONLY
    with database.DATABASE_LOCK, sqlite3.connect(uri, uri=True) as connection:
        if is_percentile(statistic):
            sorted_values = defaultdict(list)
            for bucket, value in connection.execute(_VALUES, parameters):
                sorted_values[bucket].append(value)
            rank = float(statistic.removeprefix(_PERCENTILE_PREFIX))
            return [(b, percentile(values, rank)) for b, values in sorted_values.items()]
        if statistic not in _FROM_ONE_VALUE:
            raise UnknownStatisticError(statistic)
        compute = _FROM_ONE_VALUE[statistic]
        rows = connection.execute(_STATISTICS, parameters)
        return [(bucket, compute(*row)) for bucket, *row in rows]


def list_metrics(
    self: Any,
    account_id: str,
    region: str,
    namespace: str | None,
    metric_name: str | None,
    dimensions: list[dict[str, str]],
) -> dict[str, Any]:
    """List the series that have at least the given dimensions."""
    RECORDER.flush()
    conditions = ["account_id = ?", "region = ?"]
    values = [account_id, region]
    for column, value in (("namespace", namespace), ("metric_name", metric_name)):
        if value:
            conditions.append(f"{column} = ?")
            values.append(value)
    for dimension in dimensions:
        conditions.append("instr(char(9) || dimensions, ?) > 0")
        value = f"{dimension['Value']}\t" if dimension.get("Value") else ""
        values.append(f"\t{dimension['Name']}={value}")
    where = " AND ".join(conditions)
    query = (
        f"SELECT metric_name, namespace, dimensions FROM SINGLE_METRICS WHERE {where} "  # noqa: S608 - conditions above are constants
        f"UNION SELECT metric_name, namespace, dimensions FROM AGGREGATED_METRICS WHERE {where}"
    )
    uri = self.METRICS_DB_READ_ONLY
    with self.DATABASE_LOCK, sqlite3.connect(uri, uri=True) as connection:
        rows = connection.execute(query, values * 2).fetchall()
    return {
        "metrics": [
            {"metric_name": name, "namespace": space, "dimensions": _dimensions_of(key)}
            for name, space, key in rows
        ]
    }


def _dimensions_of(key: str | None) -> list[dict[str, str]]:
    pairs = [entry.partition("=") for entry in (key or "").split("\t") if entry]
    return [{"Name": name, "Value": value} for name, _, value in pairs]
