"""Watch the queue that is always busy."""

from course.sandbox import Sandbox
from course.week2.exercise1_alarm.solve import alarm


def make(sandbox: Sandbox) -> None:
    """Watch the main queue."""
    changed = alarm(sandbox) | {
        "Dimensions": [{"Name": "QueueName", "Value": "pipeline-main-queue"}]
    }
    sandbox.client("cloudwatch").put_metric_alarm(**changed)
