"""Alarms: the table of the CloudWatch guide, the schedule, and one that fires."""

import time
import uuid
from typing import Any

import pytest

from lab_engine.alarms.evaluation import Rule, evaluate
from lab_engine.alarms.schedule import window_ends
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


def test_no_window_is_left_out_when_a_tick_comes_late() -> None:
    assert list(window_ends(None, 107.5, 10)) == [100]
    assert list(window_ends(100, 110.5, 10)) == []
    assert list(window_ends(100, 131.5, 10)) == [110, 120, 130]


@pytest.fixture
def name() -> str:
    return f"alarm-{uuid.uuid4().hex[:8]}"


@pytest.mark.gap(
    "alarms", "an alarm is looked at at each period's end", plain="ALARM did not come .*'OK'"
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
    "alarms", "an alarm may watch a percentile", plain="ALARM did not come .*'INSUFFICIENT_DATA'"
)
def test_an_alarm_on_a_percentile_fires(localstack: LocalStack, name: str) -> None:
    put_last_minutes(localstack, name, "X")
    put_alarm(localstack, name, ExtendedStatistic="p50", Period=60, EvaluationPeriods=1)
    wait_for_state(localstack, name, "ALARM")


@pytest.mark.gap(
    "alarms", "silence after enough failures is an alarm", plain="ALARM did not come .*'OK'"
)
def test_a_failure_as_old_as_the_periods_of_an_alarm_sets_it_off_when_silence_follows(
    localstack: LocalStack, name: str
) -> None:
    """The row --X-- of the table above, where 3 out of 3 goes without saying."""
    put_last_minutes(localstack, name, "X--")
    put_alarm(localstack, name, Statistic="Sum", Period=60, EvaluationPeriods=3)
    wait_for_state(localstack, name, "ALARM")


@pytest.mark.gap(
    "alarms", "failures older than the evaluation periods are over", plain="OK did not .*'ALARM'"
)
def test_a_failure_older_than_the_periods_of_an_alarm_does_not_set_it_off(
    localstack: LocalStack, name: str
) -> None:
    put_last_minutes(localstack, name, "XX000")
    put_alarm(
        localstack, name, Statistic="Sum", Period=60, EvaluationPeriods=3, DatapointsToAlarm=1
    )
    wait_for_state(localstack, name, "OK")


def put_last_minutes(localstack: LocalStack, namespace: str, points: str) -> None:
    """Data in the middle of each of the last whole minutes: 0 is calm, X breaches, - is missing."""
    minute = (int(time.time()) - 1) // 60 * 60
    localstack.client("cloudwatch").put_metric_data(
        Namespace=namespace,
        MetricData=[
            {"MetricName": "Failures", "Value": 3 * (point == "X"), "Timestamp": minute - age + 30}
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
