"""Leave the statistic as the console has it."""

from course.sandbox import Sandbox
from course.week2.exercise1_alarm.solve import alarm


def make(sandbox: Sandbox) -> None:
    """Watch the average."""
    changed = alarm(sandbox) | {"Statistic": "Average"}
    sandbox.client("cloudwatch").put_metric_alarm(**changed)
