"""Go off at the first error."""

from course.sandbox import Sandbox
from course.week4.step6_alarms.solve import ERRORS, alarms


def make(sandbox: Sandbox) -> None:
    """Wake somebody for every error."""
    changed = alarms(sandbox)[ERRORS] | {"Threshold": 0.0}
    sandbox.client("cloudwatch").put_metric_alarm(**changed)
