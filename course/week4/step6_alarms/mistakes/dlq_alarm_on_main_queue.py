"""Choose the other queue of the list."""

from course.sandbox import Sandbox
from course.week4.step6_alarms.solve import DEAD_LETTERS, alarms


def make(sandbox: Sandbox) -> None:
    """Watch the main queue."""
    changed = alarms(sandbox)[DEAD_LETTERS] | {
        "Dimensions": [{"Name": "QueueName", "Value": "pipeline-main-queue"}]
    }
    sandbox.client("cloudwatch").put_metric_alarm(**changed)
