"""CloudWatch: how alarms go wrong."""

from course.case import Case, Facts
from course.causes import causes
from course.probes.alarms import alarms_on, dimensions_of, goes_off_above


@causes
def alarm_on_other_thing(case: Case, *, metric: str) -> Facts | None:
    """There is an alarm on the metric, of something else."""
    if case.seen.get("alarms"):
        return None
    found = alarms_on(case, metric)
    return {"actual": ", ".join(dimensions_of(found[0])) or "-"} if found else None


@causes
def alarm_above_other_value(case: Case, *, above: int) -> Facts | None:
    """The alarm goes off at another value."""
    for each in case.seen.get("alarms", ()):
        if not goes_off_above(each, above):
            return {"actual": f"{each['ComparisonOperator']} {each['Threshold']:g}"}
    return None


@causes
def alarm_of_statistic(case: Case, *, statistic: str) -> Facts | None:
    """The alarm looks at a statistic that does not fit."""
    found = [each for each in case.seen.get("alarms", ()) if each.get("Statistic") == statistic]
    return {"actual": statistic} if found else None


@causes
def alarm_has_no_action(case: Case) -> Facts | None:
    """Some alarms tell nobody."""
    silent = case.seen.get("silent", [])
    return {"actual": ", ".join(silent)} if silent else None


@causes
def alarm_treats_missing_as(case: Case, *, value: str) -> Facts | None:
    """An alarm takes missing data so."""
    for name, how in case.seen.get("missing_data", {}).items():
        if how == value:
            return {"alarm": name, "value": value}
    return None
