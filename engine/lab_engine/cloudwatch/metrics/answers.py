"""Answer GetMetricData with expressions and percentiles, and GetMetricStatistics with percentiles.

LocalStack knows only queries for five plain statistics and answers others with InternalError.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from localstack.aws.api.cloudwatch import InvalidParameterCombinationException
from localstack.services.cloudwatch.provider_v2 import ValidationException

from lab_engine.cloudwatch.metrics import expressions
from lab_engine.cloudwatch.metrics.database import UnknownStatisticError, align_start, is_percentile
from lab_engine.cloudwatch.metrics.expressions import ExpressionError, Series

_MAX_DATA_POINTS = 100_800
_DEFAULT_PERIOD_SECONDS = 60


def get_metric_data(
    self: Any,
    context: Any,
    metric_data_queries: list[dict[str, Any]],
    start_time: datetime,
    end_time: datetime,
    next_token: str | None = None,
    scan_by: str | None = None,
    max_datapoints: int | None = None,
    **_kwargs: object,
) -> dict[str, Any]:
    """Return one page of the results; the token is the index of the next data point."""
    series = _all_series(self, context, metric_data_queries, start_time, end_time)
    first = int(next_token or 0)
    page = max_datapoints or _MAX_DATA_POINTS
    results = []
    more = False
    for query in metric_data_queries:
        if not query.get("ReturnData", True):
            continue
        for points in series[query["Id"]]:
            times = sorted(points, reverse=scan_by != "TimestampAscending")
            shown = times[first : first + page]
            more = more or len(times) > first + page
            results.append(
                {
                    "Id": query["Id"],
                    "Label": query.get("Label") or _default_label(query, metric_data_queries),
                    "StatusCode": "Complete",
                    "Timestamps": [datetime.fromtimestamp(time, UTC) for time in shown],
                    "Values": [points[time] for time in shown],
                }
            )
    answer: dict[str, Any] = {"MetricDataResults": results, "Messages": []}
    if more:
        answer["NextToken"] = str(first + page)
    return answer


def _all_series(
    provider: Any, context: Any, queries: list[dict[str, Any]], start: datetime, end: datetime
) -> dict[str, list[Series]]:
    """Return each query's result; an expression with an array has several series."""
    metrics: dict[str, Series] = {}
    results: dict[str, list[Series]] = {}
    for query in queries:
        if "MetricStat" in query:
            metrics[query["Id"]] = _series(provider, context, query, start, end)
            results[query["Id"]] = [metrics[query["Id"]]]
    waiting = [query for query in queries if "MetricStat" not in query]
    period = _period(queries)
    times = range(align_start(start, period), int(end.timestamp()), period)
    while waiting:
        ready = [q for q in waiting if not _names_any(q["Expression"], waiting)]
        if not ready:
            message = "The expressions refer to each other in a circle."
            raise ValidationException(message)
        for query in ready:
            try:
                value = expressions.evaluate(query["Expression"], metrics, times)
            except ExpressionError as error:
                message = f"Error in expression '{query['Id']}': {error}"
                raise ValidationException(message) from error
            if isinstance(value, list):
                results[query["Id"]] = value
            else:
                points = value if isinstance(value, dict) else dict.fromkeys(times, value)
                metrics[query["Id"]] = points
                results[query["Id"]] = [points]
            waiting.remove(query)
    return results


def _names_any(expression: str, queries: list[dict[str, Any]]) -> bool:
    words = set(expressions.WORD.findall(expression))
    return any(query["Id"] in words for query in queries)


def _period(queries: list[dict[str, Any]]) -> int:
    periods = [q["MetricStat"]["Period"] for q in queries if "MetricStat" in q]
    periods += [q["Period"] for q in queries if q.get("Period")]
    return int(min(periods, default=_DEFAULT_PERIOD_SECONDS))


def _series(
    provider: Any, context: Any, query: dict[str, Any], start: datetime, end: datetime
) -> Series:
    try:
        answer = provider.cloudwatch_database.get_metric_data_stat(
            account_id=context.account_id,
            region=context.region,
            query=query,
            start_time=start,
            end_time=end,
            scan_by="TimestampAscending",
        )
    except UnknownStatisticError as error:
        message = f"The value {error} for parameter Stat is not supported."
        raise ValidationException(message) from error
    return dict(zip(answer["timestamps"], map(float, answer["values"]), strict=True))


def _default_label(query: dict[str, Any], queries: list[dict[str, Any]]) -> str:
    """Return the metric's name, and statistic and period if the queries differ in them."""
    if "MetricStat" not in query:
        return str(query["Id"])
    stats = [q["MetricStat"] for q in queries if "MetricStat" in q]
    words = [query["MetricStat"]["Metric"]["MetricName"]]
    words += [
        str(query["MetricStat"][difference])
        for difference in ("Stat", "Period")
        if len({stat[difference] for stat in stats}) > 1
    ]
    return " ".join(words)


def get_metric_statistics(
    original: Callable[..., Any], self: Any, context: Any, **request: Any
) -> Any:
    """Answer percentiles (ExtendedStatistics) too."""
    percentiles = request.get("extended_statistics") or []
    if not percentiles:
        return original(self, context, **request)
    if request.get("statistics"):
        message = "Statistics and ExtendedStatistics cannot be asked for together."
        raise InvalidParameterCombinationException(message)
    if unknown := [name for name in percentiles if not is_percentile(name)]:
        message = f"The value {unknown[0]} for parameter ExtendedStatistics is not supported."
        raise ValidationException(message)
    metric = {
        "Namespace": request["namespace"],
        "MetricName": request["metric_name"],
        "Dimensions": request.get("dimensions") or [],
    }
    points: dict[int, dict[str, float]] = {}
    for name in percentiles:
        stat = {"Metric": metric, "Period": request["period"], "Stat": name}
        query = {"MetricStat": stat | {"Unit": request.get("unit")}}
        series = _series(self, context, query, request["start_time"], request["end_time"])
        for time, value in series.items():
            points.setdefault(time, {})[name] = value
    return {
        "Label": request["metric_name"],
        "Datapoints": [
            {"Timestamp": datetime.fromtimestamp(time, UTC), "ExtendedStatistics": values}
            for time, values in points.items()
        ],
    }
