"""When alarms are evaluated, and with which state: the tables of the CloudWatch guide."""

import pytest

from lab_engine.cloudwatch.alarms.evaluation import Rule, evaluate, evaluated_points
from lab_engine.cloudwatch.alarms.reason_data import reason_data
from lab_engine.cloudwatch.alarms.windows import window_ends

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
