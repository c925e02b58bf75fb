"""Take one message for a chance event."""

from course.sandbox import Sandbox
from course.week2.exercise1_alarm.solve import alarm


def make(sandbox: Sandbox) -> None:
    """Go off at the second message."""
    changed = alarm(sandbox) | {"Threshold": 1.0}
    sandbox.client("cloudwatch").put_metric_alarm(**changed)
