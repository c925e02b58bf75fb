"""Evaluate alarms every minute, and those with a period of 10 or 30 seconds at each period's end.

Source: "Using Amazon CloudWatch alarms" (AWS evaluates short ones every 10 seconds, but on whole
periods). Each evaluation's windows end on a whole step, so that no data point falls between two.
"""

import json
import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from localstack.aws.connect import connect_to
from localstack.services.cloudwatch.models import cloudwatch_stores
from localstack.utils.aws.arns import extract_account_id_from_arn, extract_region_from_arn

from lab_engine.cloudwatch.alarms.evaluation import (
    Point,
    Rule,
    evaluate,
    evaluated_points,
    supports,
)
from lab_engine.cloudwatch.alarms.reason_data import reason_data
from lab_engine.cloudwatch.alarms.windows import window_ends

LOG = logging.getLogger(__name__)

_MINUTE = 60
_TICK_SECONDS = 10


def schedule_evaluation(self: Any, alarm_arn: str) -> None:
    """Evaluate an alarm whenever one of its windows has ended."""
    self.delete_scheduler_for_alarm(alarm_arn)
    alarm = _alarm(alarm_arn)
    if alarm is None:
        return
    if not supports(alarm["ComparisonOperator"]):
        LOG.warning(
            "alarm %s is not evaluated: %s is not supported", alarm_arn, alarm["ComparisonOperator"]
        )
        return

    def report(error: Exception) -> None:
        LOG.error("could not evaluate alarm %s: %s", alarm_arn, error, exc_info=error)

    self.scheduled_alarms[alarm_arn] = self.scheduler.schedule(
        func=_Evaluator(alarm_arn).run, period=_TICK_SECONDS, on_error=report
    )


def _alarm(alarm_arn: str) -> dict[str, Any] | None:
    store = cloudwatch_stores[extract_account_id_from_arn(alarm_arn)][
        extract_region_from_arn(alarm_arn)
    ]
    record = store.alarms.get(alarm_arn)
    return record.alarm if record else None


class Hold:
    """After a stop, each alarm keeps its state until there are data for a whole evaluation again.

    What the metrics lack is then the time in which the lab did not run, and says nothing.
    """

    def __init__(self) -> None:
        self._since: float | None = None

    def begin(self) -> None:
        """Begin now."""
        self._since = time.time()

    def end(self) -> None:
        """Evaluate every alarm again: those that were held are gone."""
        self._since = None

    def covers(self, alarm: dict[str, Any]) -> bool:
        """Tell whether an alarm is not evaluated yet."""
        if self._since is None:
            return False
        span = _period(alarm) * (alarm.get("EvaluationPeriods") or 1)
        return time.time() < self._since + span + _TICK_SECONDS


HOLD = Hold()


class _Evaluator:
    """Evaluates one alarm whenever a step is due."""

    def __init__(self, alarm_arn: str) -> None:
        self._arn = alarm_arn
        self._last_end: int | None = None

    def run(self) -> None:
        alarm = _alarm(self._arn)
        if alarm is None:
            return
        if HOLD.covers(alarm):
            self._last_end = None
            return
        for end in window_ends(self._last_end, time.time(), min(_period(alarm), _MINUTE)):
            self._last_end = end
            self._evaluate(alarm, end)

    def _evaluate(self, alarm: dict[str, Any], end: int) -> None:
        rule = _rule(alarm)
        client = connect_to(
            aws_access_key_id=extract_account_id_from_arn(self._arn),
            region_name=extract_region_from_arn(self._arn),
        ).cloudwatch
        times = _period_starts(alarm, rule, end)
        points = _points(client, _queries(alarm), times, end)
        verdict = evaluate(rule, points)
        if verdict and verdict.state != alarm["StateValue"]:
            counts = _points(client, _sample_count_queries(alarm), times, end)
            data = reason_data(alarm, _period(alarm), evaluated_points(rule, points), dict(counts))
            client.set_alarm_state(
                AlarmName=alarm["AlarmName"],
                StateValue=verdict.state,
                StateReason=verdict.reason,
                StateReasonData=json.dumps(data),
            )


def _rule(alarm: dict[str, Any]) -> Rule:
    return Rule(
        comparison=alarm["ComparisonOperator"],
        threshold=float(alarm["Threshold"]),
        evaluation_periods=alarm["EvaluationPeriods"],
        datapoints_to_alarm=alarm.get("DatapointsToAlarm"),
        treat_missing=alarm.get("TreatMissingData") or "missing",
    )


def _queries(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the alarm's own queries, or one for its metric."""
    if alarm.get("Metrics"):
        return list(alarm["Metrics"])
    metric = {
        "Namespace": alarm["Namespace"],
        "MetricName": alarm["MetricName"],
        "Dimensions": alarm.get("Dimensions") or [],
    }
    stat = {
        "Metric": metric,
        "Period": alarm["Period"],
        "Stat": alarm.get("Statistic") or alarm["ExtendedStatistic"],
    }
    if alarm.get("Unit"):
        stat["Unit"] = alarm["Unit"]
    return [{"Id": "m1", "MetricStat": stat}]


def _period(alarm: dict[str, Any]) -> int:
    if alarm.get("Period"):
        return int(alarm["Period"])
    periods = [q["MetricStat"]["Period"] for q in alarm["Metrics"] if "MetricStat" in q]
    return int(max(periods, default=_MINUTE))


def _sample_count_queries(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the queries for sample counts; none for an alarm on an expression."""
    if alarm.get("Metrics"):
        return []
    return [
        query | {"MetricStat": query["MetricStat"] | {"Stat": "SampleCount"}}
        for query in _queries(alarm)
    ]


def _period_starts(alarm: dict[str, Any], rule: Rule, end: int) -> Sequence[int]:
    """Return the Unix times at which the periods of the evaluation range start, oldest first."""
    period = _period(alarm)
    return range(end - rule.evaluation_range * period, end, period)


def _points(
    client: Any, queries: list[dict[str, Any]], times: Sequence[int], end: int
) -> list[Point]:
    """Return the value of each period, or None."""
    if not queries:
        return []
    answer = client.get_metric_data(
        MetricDataQueries=queries,
        StartTime=datetime.fromtimestamp(times[0], UTC),
        EndTime=datetime.fromtimestamp(end, UTC),
        ScanBy="TimestampAscending",
    )["MetricDataResults"][0]
    stamps = [int(stamp.timestamp()) for stamp in answer["Timestamps"]]
    values = dict(zip(stamps, answer["Values"], strict=True))
    return [(start, values.get(start)) for start in times]
