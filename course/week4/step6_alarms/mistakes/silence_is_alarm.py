"""Take missing data for trouble."""

from course.sandbox import Sandbox
from course.week4.step6_alarms.solve import DEAD_LETTERS, alarms


def make(sandbox: Sandbox) -> None:
    """Go off whenever nothing runs."""
    changed = alarms(sandbox)[DEAD_LETTERS] | {"TreatMissingData": "breaching"}
    sandbox.client("cloudwatch").put_metric_alarm(**changed)
