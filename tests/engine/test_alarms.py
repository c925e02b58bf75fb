"""Alarms: the table of the CloudWatch guide, the schedule, and one that fires."""

import uuid

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


def test_a_short_alarm_fires_within_its_period_and_says_why(localstack: LocalStack) -> None:
    cloudwatch = localstack.client("cloudwatch")
    name = f"alarm-{uuid.uuid4().hex[:8]}"
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace=name,
        MetricName="Failures",
        ExtendedStatistic="p50",
        Period=10,
        EvaluationPeriods=1,
        Threshold=2,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
    )

    def state() -> tuple[str, str]:
        alarm = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
        return alarm["StateValue"], alarm["StateReason"]

    wait_for("OK without data", lambda: state()[0] == "OK")
    cloudwatch.put_metric_data(
        Namespace=name, MetricData=[{"MetricName": "Failures", "Value": 3, "StorageResolution": 1}]
    )
    wait_for("ALARM", lambda: state()[0] == "ALARM", seconds=25)
    assert "[3.0 (" in state()[1]
    cloudwatch.delete_alarms(AlarmNames=[name])
