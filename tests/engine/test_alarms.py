"""Alarms that fire, by the API."""

import json
import time
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.engine.conftest import LocalStack
from tests.engine.waiting import wait_for


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
    """The row --X-- of the CloudWatch guide, where 3 out of 3 is the default."""
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


@pytest.mark.gap(
    "cloudwatch/alarms",
    "an alarm's history says when its state changed",
    plain="the history says that it was before",
)
def test_the_history_says_when_a_state_changed(localstack: LocalStack, name: str) -> None:
    cloudwatch = localstack.client("cloudwatch")
    put_alarm(localstack, name, Statistic="Sum", Period=86400, EvaluationPeriods=1)
    before = datetime.now(UTC)
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    (item,) = [
        each
        for each in cloudwatch.describe_alarm_history(AlarmName=name)["AlarmHistoryItems"]
        if each["HistorySummary"].endswith("to ALARM")
    ]
    assert item["Timestamp"] >= before, f"the history says that it was before: {item}"


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
