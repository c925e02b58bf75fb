"""Count the files that failed from the log of move-to-failed."""

from typing import Final

from course.evidence import log_group
from course.sandbox import Sandbox
from provision.changes import Changes

GROUP: Final = log_group("move-to-failed")
NAME: Final = "FilesFailed"
NAMESPACE: Final = "CSVPipeline"
PATTERN: Final = '"file_moved_to_failed"'


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards each file that failed counts once."""
    logs = sandbox.client("logs")
    groups = logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    changes.settle(
        GROUP,
        wanted=True,
        actual=bool(groups) or None,
        apply=lambda: logs.create_log_group(logGroupName=GROUP),
    )
    found = logs.describe_metric_filters(logGroupName=GROUP, filterNamePrefix=NAME)
    there = {each["filterName"]: each["filterPattern"] for each in found["metricFilters"]}
    changes.settle(
        f"metric filter {NAME}",
        wanted=PATTERN,
        actual=there.get(NAME),
        apply=lambda: put_filter(sandbox, PATTERN),
    )


def put_filter(sandbox: Sandbox, pattern: str) -> None:
    """Count the lines that match a pattern."""
    sandbox.client("logs").put_metric_filter(
        logGroupName=GROUP,
        filterName=NAME,
        filterPattern=pattern,
        metricTransformations=[
            {"metricName": NAME, "metricNamespace": NAMESPACE, "metricValue": "1"}
        ],
    )
