"""Alarms: the table of the CloudWatch guide, the schedule, and one that fires."""

import json
import time
import uuid
from typing import Any

import pytest

from lab_engine.cloudwatch.alarms.evaluation import Rule, evaluate, evaluated_points
from lab_engine.cloudwatch.alarms.reason_data import reason_data
from lab_engine.cloudwatch.alarms.schedule import window_ends
from tests.engine.conftest import LocalStack
from tests.engine.waiting import wait_for

TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")


def states_of(points: str, datapoints_to_alarm: int) -> tuple[str | None, ...]:
    """The state for each treatment; 0 is calm, X breaches, - is missing, as in the guide."""
    values = {"0": 0.0, "X": 1.0, "-": None}
    known = [(60 * n, values[symbol]) for n, symbol in enumerate(points)]
    states = []
    for treatment in TREATMENTS:
        rule = Rule("GreaterThanThreshold", 0, 3, datapoints_to_alarm, treatment)
        verdict = evaluate(rule, known)
        states.append(verdict.state if verdict else None)
    return tuple(states)


@pytest.mark.parametrize(
    ("points", "datapoints_to_alarm", "states"),
    [
        # "Configuring how CloudWatch alarms treat missing data": 3 out of 3, then 2 out of 3
        ("0-X-X", 3, ("OK", "OK", "OK", "OK")),
        ("0----", 3, ("OK", "OK", "OK", "OK")),
        ("-----", 3, ("INSUFFICIENT_DATA", None, "ALARM", "OK")),
        ("0XX-X", 3, ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("--X--", 3, ("ALARM", None, "ALARM", "OK")),
        ("0-X-X", 2, ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("00X0X", 2, ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("0-X--", 2, ("OK", "OK", "ALARM", "OK")),
        ("----0", 2, ("OK", "OK", "ALARM", "OK")),
        ("---X-", 2, ("ALARM", None, "ALARM", "OK")),
        # its text: a breaching point that is too young alarms nobody yet
        ("----X", 3, ("OK", "OK", "ALARM", "OK")),
    ],
)
def test_missing_data_is_treated_as_the_cloudwatch_guide_shows(
    points: str, datapoints_to_alarm: int, states: tuple[str | None, ...]
) -> None:
    assert states_of(points, datapoints_to_alarm) == states


def test_a_verdict_names_the_figures_and_the_threshold() -> None:
    rule = Rule("GreaterThanThreshold", 2, 1, 1, "notBreaching")
    verdict = evaluate(rule, [(0, None), (60, None), (120, 3.0)])
    assert verdict
    assert verdict.reason == (
        "Threshold Crossed: 1 out of the last 1 datapoints [3.0 (01/01/70 00:02:00)] was greater "
        "than the threshold (2) (minimum 1 datapoint for OK -> ALARM transition)."
    )


def test_an_alarm_without_datapoints_to_alarm_is_told_in_fewer_words() -> None:
    rule = Rule("GreaterThanThreshold", 21.0, 1, None, "ignore")
    verdict = evaluate(rule, [(0, None), (60, None), (120, 21.5)])
    assert verdict
    assert verdict.reason == (
        "Threshold Crossed: 1 datapoint [21.5 (01/01/70 00:02:00)] was greater than the threshold "
        "(21.0)."
    )


def test_of_many_data_points_the_five_newest_are_listed_after_the_sentence() -> None:
    rule = Rule("LessThanThreshold", 65.0, 6, 6, "missing")
    verdict = evaluate(rule, [(60 * n, float(n)) for n in range(8)])
    assert verdict
    assert verdict.reason == (
        "Threshold Crossed: 6 out of the last 6 datapoints were less than the threshold (65.0). "
        "The most recent datapoints which crossed the threshold: [7.0 (01/01/70 00:07:00), "
        "6.0 (01/01/70 00:06:00), 5.0 (01/01/70 00:05:00), 4.0 (01/01/70 00:04:00), "
        "3.0 (01/01/70 00:03:00)] (minimum 6 datapoints for OK -> ALARM transition)."
    )


def test_the_points_that_decide_are_the_newest_known_ones_filled_with_missing_ones() -> None:
    rule = Rule("GreaterThanThreshold", 0.0, 3, None, "breaching")
    known = [(0, 1.0), (60, None), (120, 2.0), (180, None), (240, 3.0)]
    assert evaluated_points(rule, known) == [(240, 3.0), (120, 2.0), (0, 1.0)]
    sparse = [(0, None), (60, None), (120, 2.0), (180, None), (240, None)]
    assert evaluated_points(rule, sparse) == [(240, None), (180, None), (120, 2.0)]


def test_reason_data_has_samples_where_there_is_data_and_a_time_where_there_is_none() -> None:
    alarm = {"Unit": "Seconds", "Statistic": "Average", "Threshold": 21.0}
    data = reason_data(alarm, 60, [(120, None), (60, 21.5), (0, 20.5)], {0: 1.0, 60: 2.0})
    assert data.pop("queryDate")
    assert data == {
        "version": "1.0",
        "startDate": "1970-01-01T00:00:00.000+0000",
        "unit": "Seconds",
        "statistic": "Average",
        "period": 60,
        "recentDatapoints": [20.5, 21.5],
        "threshold": 21.0,
        "evaluatedDatapoints": [
            {"timestamp": "1970-01-01T00:02:00.000+0000"},
            {"timestamp": "1970-01-01T00:01:00.000+0000", "sampleCount": 2.0, "value": 21.5},
            {"timestamp": "1970-01-01T00:00:00.000+0000", "sampleCount": 1.0, "value": 20.5},
        ],
    }


def test_no_window_is_left_out_when_a_tick_comes_late() -> None:
    assert list(window_ends(None, 107.5, 10)) == [100]
    assert list(window_ends(100, 110.5, 10)) == []
    assert list(window_ends(100, 131.5, 10)) == [110, 120, 130]


@pytest.fixture
def name() -> str:
    return f"alarm-{uuid.uuid4().hex[:8]}"


@pytest.mark.gap(
    "cloudwatch/alarms",
    "an alarm is looked at at each period's end",
    plain="waiting for ALARM .*'OK'",
)
def test_a_short_alarm_fires_within_its_period_and_says_why(
    localstack: LocalStack, name: str
) -> None:
    cloudwatch = localstack.client("cloudwatch")
    put_alarm(
        localstack,
        name,
        Statistic="Maximum",
        Period=10,
        EvaluationPeriods=30,  # LocalStack alone looks after all of them, every 300 seconds
        DatapointsToAlarm=1,
        TreatMissingData="notBreaching",
    )
    wait_for_state(localstack, name, "OK")
    cloudwatch.put_metric_data(
        Namespace=name, MetricData=[{"MetricName": "Failures", "Value": 3, "StorageResolution": 1}]
    )
    assert "[3.0 (" in wait_for_state(localstack, name, "ALARM", seconds=25)
    cloudwatch.delete_alarms(AlarmNames=[name])


@pytest.mark.gap(
    "cloudwatch/alarms",
    "an alarm may watch a percentile",
    plain="waiting for ALARM .*'INSUFFICIENT_DATA'",
)
def test_an_alarm_on_a_percentile_fires(localstack: LocalStack, name: str) -> None:
    put_last_minutes(localstack, name, "X")
    put_alarm(localstack, name, ExtendedStatistic="p50", Period=60, EvaluationPeriods=1)
    wait_for_state(localstack, name, "ALARM")


@pytest.mark.gap(
    "cloudwatch/alarms",
    "silence after enough failures is an alarm",
    plain="waiting for ALARM .*'OK'",
)
def test_a_failure_as_old_as_the_periods_of_an_alarm_sets_it_off_when_silence_follows(
    localstack: LocalStack, name: str
) -> None:
    """The row --X-- of the table above, where 3 out of 3 goes without saying."""
    put_last_minutes(localstack, name, "X--")
    put_alarm(localstack, name, Statistic="Sum", Period=60, EvaluationPeriods=3)
    wait_for_state(localstack, name, "ALARM")


@pytest.mark.gap(
    "cloudwatch/alarms",
    "failures older than the evaluation periods are over",
    plain="waiting for OK .*'ALARM'",
)
def test_a_failure_older_than_the_periods_of_an_alarm_does_not_set_it_off(
    localstack: LocalStack, name: str
) -> None:
    put_last_minutes(localstack, name, "XX000")
    put_alarm(
        localstack, name, Statistic="Sum", Period=60, EvaluationPeriods=3, DatapointsToAlarm=1
    )
    wait_for_state(localstack, name, "OK")


@pytest.mark.gap(
    "cloudwatch/alarms",
    "an alarm's reason data show each data point",
    plain="'evaluatedDatapoints'",
)
def test_the_reason_data_show_unit_samples_and_each_missing_period(
    localstack: LocalStack, name: str
) -> None:
    put_last_minutes(localstack, name, "XX", unit="Count")
    put_alarm(
        localstack,
        name,
        Statistic="Maximum",
        Unit="Count",
        Period=60,
        EvaluationPeriods=10,
        DatapointsToAlarm=1,
        TreatMissingData="notBreaching",
    )
    wait_for_state(localstack, name, "ALARM")
    alarm = localstack.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
    data = json.loads(alarm["StateReasonData"])
    assert {"unit", "startDate", "evaluatedDatapoints"} <= set(data)
    assert data["unit"] == "Count"
    assert data["recentDatapoints"] == [3.0, 3.0]
    points = data["evaluatedDatapoints"]
    assert len(points) == 10
    assert [(p["sampleCount"], p["value"]) for p in points if "value" in p] == [(1.0, 3.0)] * 2
    assert all(point["timestamp"] for point in points)


def put_last_minutes(
    localstack: LocalStack, namespace: str, points: str, unit: str = "None"
) -> None:
    """Data in the middle of each of the last whole minutes: 0 is calm, X breaches, - is missing."""
    minute = (int(time.time()) - 1) // 60 * 60
    localstack.client("cloudwatch").put_metric_data(
        Namespace=namespace,
        MetricData=[
            {
                "MetricName": "Failures",
                "Value": 3 * (point == "X"),
                "Timestamp": minute - age + 30,
                "Unit": unit,
            }
            for age, point in zip(range(60 * len(points), 0, -60), points, strict=True)
            if point != "-"
        ],
    )


def put_alarm(localstack: LocalStack, name: str, **settings: Any) -> None:
    """An alarm for more than two failures, in the namespace of its name."""
    localstack.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace=name,
        MetricName="Failures",
        Threshold=2,
        ComparisonOperator="GreaterThanThreshold",
        **settings,
    )


def wait_for_state(
    localstack: LocalStack, name: str, state: str, seconds: float | None = None
) -> str:
    """The reason of an alarm's state, once it is in that state."""
    cloudwatch = localstack.client("cloudwatch")

    def alarm() -> dict[str, str]:
        described: dict[str, str] = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
        return described

    def reached() -> str | None:
        seen = alarm()
        return seen["StateReason"] if seen["StateValue"] == state else None

    return wait_for(state, reached, seconds, seen=lambda: alarm()["StateValue"])
