"""CloudWatch: alarms, what they watch and whom they tell."""

from typing import Any

from course.case import Case
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.listing import listed
from course.notifications import listening
from course.probes import probes
from course.probes.executions import refused_file
from course.probes.notifications import TOPIC
from course.probes.state_machines import machine_arn

LOOK_AT = "aws cloudwatch describe-alarms"
GOES_OFF_WITHIN_SECONDS = 30.0
_STATISTICS = ("Maximum", "Sum")


def alarms_on(case: Case, metric: str, dimension: str = "") -> list[dict[str, Any]]:
    """The alarms on a metric, `AWS/SQS NumberOfMessagesSent`, of one thing or of any.

    Args:
        case: The check.
        metric: Namespace and name.
        dimension: What it must be of: a queue's or a function's name, a state machine's ARN.
    """
    namespace, _, name = metric.partition(" ")
    return [
        each
        for each in listed(case.client("cloudwatch"), "describe_alarms", "MetricAlarms")
        if (each.get("Namespace"), each.get("MetricName")) == (namespace, name)
        and (not dimension or dimension in dimensions_of(each))
    ]


def dimensions_of(alarm: dict[str, Any]) -> list[str]:
    """What an alarm's metric is of."""
    return [each["Value"] for each in alarm.get("Dimensions", ())]


def goes_off_above(alarm: dict[str, Any], value: int) -> bool:
    """Whether an alarm goes off as soon as its whole-numbered metric is above a value."""
    condition = (alarm["ComparisonOperator"], alarm["Threshold"])
    return condition in (
        ("GreaterThanThreshold", value),
        ("GreaterThanOrEqualToThreshold", value + 1),
    )


@probes
def alarm_watches(case: Case, *, metric: str, of: str, above: int) -> Finding:
    """An alarm goes off when a metric is above a value."""
    found = case.seen["alarms"] = alarms_on(case, metric, of)
    if any(
        goes_off_above(each, above)
        and each.get("Statistic") in _STATISTICS
        and each["ActionsEnabled"]
        for each in found
    ):
        return passed()
    return failed(
        Text.same(f"{metric} {of} > {above} (Maximum, Sum)"),
        Text.same("; ".join(map(_in_words, found))) if found else NOTHING,
        LOOK_AT,
    )


@probes
def alarms_tell(case: Case, *, topic: str) -> Finding:
    """Every alarm of the pipeline tells a topic when it goes off."""
    found = ours(case)
    silent = [
        each["AlarmName"]
        for each in found
        if not each["ActionsEnabled"] or topic not in each.get("AlarmActions", ())
    ]
    case.seen["silent"] = silent
    if found and not silent:
        return passed()
    return failed(
        Text.same(f"AlarmActions: {topic}"),
        Text.same(f"AlarmActions -: {', '.join(silent)}") if silent else NOTHING,
        LOOK_AT,
    )


@probes
def alarms_treat_missing_data(case: Case, *, value: str) -> Finding:
    """Every alarm of the pipeline takes missing data so."""
    found = {each["AlarmName"]: each.get("TreatMissingData", "missing") for each in ours(case)}
    case.seen["missing_data"] = found
    if found and set(found.values()) == {value}:
        return passed()
    return failed(
        Text.same(f"TreatMissingData: {value}"),
        Text.same(", ".join(f"{name}: {how}" for name, how in found.items()) or "-"),
        LOOK_AT,
    )


@probes
def alarm_goes_off(case: Case, *, machine: str, metric: str) -> Finding:
    """An execution fails, the alarm on that goes into ALARM, and the topic tells of it."""
    found = alarms_on(case, metric, machine_arn(case, machine))
    if not found:
        return missing(metric)
    name = found[0]["AlarmName"]
    cloudwatch = case.client("cloudwatch")
    was_off = found[0]["StateValue"] != "ALARM"
    with listening(case.sandbox, case.sandbox.arn("sns", TOPIC)) as listener:
        refused_file(case, machine)

        def look() -> bool:
            now = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
            case.seen["state"] = now["StateValue"]
            told = bool(listener.about(name)) or not was_off
            return now["StateValue"] == "ALARM" and told

        if case.wait_until(look, within_seconds=2 * found[0]["Period"] + GOES_OFF_WITHIN_SECONDS):
            return passed(Text.same(name))
    return failed(
        Text(th=f"{name} เป็น ALARM และมีข้อความ", en=f"{name} in ALARM, and a message"),
        Text.same(case.seen.get("state", "-")),
        LOOK_AT,
    )


def ours(case: Case) -> list[dict[str, Any]]:
    """The alarms on what the pipeline is made of."""
    return [
        each
        for metric in (
            "AWS/Lambda Errors",
            "AWS/SQS ApproximateNumberOfMessagesVisible",
            "AWS/States ExecutionsFailed",
        )
        for each in alarms_on(case, metric)
    ]


def _in_words(alarm: dict[str, Any]) -> str:
    what = f"{alarm['AlarmName']}: {alarm.get('Statistic')} {alarm['ComparisonOperator']}"
    return f"{what} {alarm['Threshold']:g}"
