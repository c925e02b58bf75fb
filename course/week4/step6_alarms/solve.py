"""Three alarms that tell the topic."""

from functools import partial
from typing import Any, Final

from course.sandbox import Sandbox
from course.week2.exercise1_alarm.solve import alarm as dlq_alarm
from course.week3.step2_policy.solve import MACHINE
from course.week4.step1_topic.solve import topic_arn
from provision.changes import Changes

ERRORS: Final = "pipeline-transform-errors"
DEAD_LETTERS: Final = "pipeline-dlq-messages"
FAILURES: Final = "pipeline-execution-failures"


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards trouble is mailed, and silence is no alarm."""
    cloudwatch = sandbox.client("cloudwatch")
    wanted = alarms(sandbox)
    found = cloudwatch.describe_alarms(AlarmNames=list(wanted))["MetricAlarms"]
    there = {each["AlarmName"]: each for each in found}
    for name, alarm in wanted.items():
        actual = there.get(name)
        changes.settle(
            name,
            wanted=alarm,
            actual=actual and {key: actual.get(key) for key in alarm},
            apply=partial(cloudwatch.put_metric_alarm, **alarm),
        )


def alarms(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    """Return the alarms by name, as PutMetricAlarm takes them."""
    machine = sandbox.arn("states", f"stateMachine:{MACHINE}")
    told = {"AlarmActions": [topic_arn(sandbox)], "ActionsEnabled": True}
    errors = _sum_above(sandbox, "AWS/Lambda Errors", ("FunctionName", "transform-data"), 2)
    failures = _sum_above(sandbox, "AWS/States ExecutionsFailed", ("StateMachineArn", machine), 0)
    return {
        ERRORS: {"AlarmName": ERRORS, **errors, **told},
        DEAD_LETTERS: {**dlq_alarm(sandbox), **told},
        FAILURES: {"AlarmName": FAILURES, **failures, **told},
    }


def _sum_above(
    sandbox: Sandbox, metric: str, dimension: tuple[str, str], threshold: float
) -> dict[str, Any]:
    namespace, _, name = metric.partition(" ")
    return {
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": [{"Name": dimension[0], "Value": dimension[1]}],
        "Statistic": "Sum",
        "Period": sandbox.times.alarm_seconds,
        "EvaluationPeriods": 1,
        "Threshold": float(threshold),
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    }
