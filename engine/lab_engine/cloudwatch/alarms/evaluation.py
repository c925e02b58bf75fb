"""Decide an alarm's state from its data points, without a clock or an AWS call.

Source: "Configuring how CloudWatch alarms treat missing data" in the CloudWatch user guide, with
its two tables.
"""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

Point = tuple[int, float | None]
"""The Unix time at which a period starts, and its value if it has one."""

_COMPARISONS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}
_MISSING_WORDS = {"missing": "Missing", "breaching": "Breaching", "notBreaching": "NonBreaching"}
_MOST_POINTS_IN_A_SENTENCE = 3
_MOST_POINTS_LISTED = 5


@dataclass(frozen=True)
class Rule:
    """An alarm's settings for its evaluation."""

    comparison: str
    threshold: float
    evaluation_periods: int
    datapoints_to_alarm: int | None
    """None if the alarm does not say: then it is the number of evaluation periods."""
    treat_missing: str

    @property
    def needed(self) -> int:
        """How many breaching data points set the state ALARM."""
        return self.datapoints_to_alarm or self.evaluation_periods

    @property
    def evaluation_range(self) -> int:
        """How many periods are read: some more than are evaluated, as CloudWatch does.

        CloudWatch does not say how many more; its tables show 5 for 3 periods.
        """
        return self.evaluation_periods + max(self.evaluation_periods // 3, 2)

    def is_breaching(self, value: float) -> bool:
        """Tell whether one value crosses the threshold."""
        return _COMPARISONS[self.comparison][0](value, self.threshold)


@dataclass(frozen=True)
class AlarmState:
    """The state that an alarm should have, and AWS's sentence for the reason."""

    state: str
    reason: str


def supports(comparison: str) -> bool:
    """Tell whether this comparison is implemented; those of anomaly detection are not."""
    return comparison in _COMPARISONS


def evaluated_points(rule: Rule, points: Sequence[Point]) -> list[Point]:
    """Choose the data points that decide, one for each evaluation period.

    These are the newest points with a value, from further back if some are missing; if there are
    not enough, the newest missing ones are added.

    Args:
        rule: The alarm's settings.
        points: One for each period of the evaluation range, oldest first.

    Returns:
        The chosen points, newest first.
    """
    newest_first = list(reversed(points))
    known = [point for point in newest_first if point[1] is not None]
    missing = [point for point in newest_first if point[1] is None]
    return sorted((known + missing)[: rule.evaluation_periods], key=lambda p: p[0], reverse=True)


def evaluate(rule: Rule, points: Sequence[Point]) -> AlarmState | None:
    """Return the state that the data points give.

    Args:
        rule: The alarm's settings.
        points: One for each period of the evaluation range, oldest first.

    Returns:
        The verdict, or None if the alarm keeps its state.
    """
    known = [(time, value) for time, value in points if value is not None]
    if not known:
        return _without_data(rule)
    evaluated = known[-rule.evaluation_periods :]
    breaching = [point for point in evaluated if rule.is_breaching(point[1])]
    filled = rule.evaluation_periods - len(evaluated)
    count = len(breaching) + (filled if rule.treat_missing == "breaching" else 0)
    if count >= rule.needed:
        return AlarmState("ALARM", _crossed(rule, breaching or evaluated, "ALARM"))
    if filled and _is_premature_alarm(rule, points):
        if rule.treat_missing == "missing":
            return AlarmState("ALARM", _crossed(rule, breaching, "ALARM"))
        if rule.treat_missing == "ignore":
            return None
    calm = [point for point in evaluated if not rule.is_breaching(point[1])]
    return AlarmState("OK", _crossed(rule, calm or evaluated, "OK"))


def _is_premature_alarm(rule: Rule, points: Sequence[Point]) -> bool:
    """Tell whether CloudWatch alarms without waiting for data that may never come.

    That is so if all known points are breaching, and the oldest is at least DatapointsToAlarm
    periods old.
    """
    ages = [len(points) - n for n, (_, value) in enumerate(points) if value is not None]
    all_breaching = all(rule.is_breaching(value) for _, value in points if value is not None)
    return all_breaching and max(ages) >= rule.needed


def _without_data(rule: Rule) -> AlarmState | None:
    if rule.treat_missing == "ignore":
        return None
    periods = rule.evaluation_periods
    plural = periods > 1
    treated = (
        f"no datapoints were received for {periods} period{'s' if plural else ''} and {periods} "
        f"missing datapoint{'s were' if plural else ' was'} treated as "
        f"[{_MISSING_WORDS[rule.treat_missing]}]."
    )
    match rule.treat_missing:
        case "breaching":
            return AlarmState("ALARM", f"Threshold Crossed: {treated}")
        case "notBreaching":
            return AlarmState("OK", f"Threshold Crossed: {treated}")
    return AlarmState("INSUFFICIENT_DATA", f"Insufficient Data: {treated}")


def _crossed(rule: Rule, points: Sequence[tuple[int, float]], state: str) -> str:
    """Return AWS's sentence, with the newest data point first.

    Sources: LocalStack's recordings of AWS, and alarm messages of AWS that others have published.
    """
    shown = ", ".join(
        f"{value} ({datetime.fromtimestamp(time, UTC):%d/%m/%y %H:%M:%S})"
        for time, value in list(reversed(points))[:_MOST_POINTS_LISTED]
    )
    counted = f"{len(points)} datapoint{'s' if len(points) > 1 else ''}"
    minimum = ""
    if state == "ALARM" and (needed := rule.datapoints_to_alarm):
        counted = f"{len(points)} out of the last {rule.evaluation_periods} datapoints"
        plural = "s" if needed > 1 else ""
        minimum = f" (minimum {needed} datapoint{plural} for OK -> ALARM transition)"
    verb = "were" if len(points) > 1 else "was"
    crossed = f"{verb} {'' if state == 'ALARM' else 'not '}{_COMPARISONS[rule.comparison][1]}"
    threshold = f"the threshold ({rule.threshold})"
    if len(points) > _MOST_POINTS_IN_A_SENTENCE:
        which = " which crossed the threshold" if state == "ALARM" else ""
        return (
            f"Threshold Crossed: {counted} {crossed} {threshold}. "
            f"The most recent datapoints{which}: [{shown}]{minimum}."
        )
    return f"Threshold Crossed: {counted} [{shown}] {crossed} {threshold}{minimum}."
