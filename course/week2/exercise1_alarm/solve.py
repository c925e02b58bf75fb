"""An alarm on the dead letter queue."""

from typing import Any, Final

from course.sandbox import Sandbox
from course.week2.step1_dlq.solve import DLQ
from provision.changes import Changes

ALARM: Final = "pipeline-dlq-messages"
METRIC: Final = "ApproximateNumberOfMessagesVisible"


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards one message in the dead letter queue is an alarm."""
    cloudwatch = sandbox.client("cloudwatch")
    wanted = alarm(sandbox)
    found = cloudwatch.describe_alarms(AlarmNames=[ALARM])["MetricAlarms"]
    changes.settle(
        ALARM,
        wanted=wanted,
        actual={name: found[0].get(name) for name in wanted} if found else None,
        apply=lambda: cloudwatch.put_metric_alarm(**wanted),
    )


def alarm(sandbox: Sandbox) -> dict[str, Any]:
    """Return the alarm, as PutMetricAlarm takes it."""
    return {
        "AlarmName": ALARM,
        "Namespace": "AWS/SQS",
        "MetricName": METRIC,
        "Dimensions": [{"Name": "QueueName", "Value": DLQ}],
        "Statistic": "Maximum",
        "Period": sandbox.times.dlq_alarm_seconds,
        "EvaluationPeriods": 1,
        "Threshold": 0.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    }
