"""Two metric filters on the log of csv-validator: no new permission, the code stays as it is."""

from typing import Any, Final

from course.evidence import log_group
from course.sandbox import Sandbox
from provision.changes import Changes

GROUP: Final = log_group("csv-validator")
NAMESPACE: Final = "CSVPipeline"
FILTERS: Final = {"FilesValid": "file_validated", "FilesRejected": "file_rejected"}


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards each file counts in one of two metrics."""
    logs = sandbox.client("logs")
    groups = logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    changes.settle(
        GROUP,
        wanted=True,
        actual=bool(groups) or None,
        apply=lambda: logs.create_log_group(logGroupName=GROUP),
    )
    for metric, event in FILTERS.items():
        # A term, not `{ $.event = ... }`: logger.info writes level and time before its JSON.
        ensure_filter(sandbox, changes, metric, f'"{event}"')


def ensure_filter(sandbox: Sandbox, changes: Changes, metric: str, pattern: str) -> None:
    """Afterwards a metric counts the lines that match a pattern."""
    logs = sandbox.client("logs")
    wanted = {
        "filterPattern": pattern,
        "metricTransformations": [
            {"metricName": metric, "metricNamespace": NAMESPACE, "metricValue": "1"}
        ],
    }
    found: list[dict[str, Any]] = logs.describe_metric_filters(
        logGroupName=GROUP, filterNamePrefix=metric
    )["metricFilters"]
    actual = {each["filterName"]: {name: each[name] for name in wanted} for each in found}
    changes.settle(
        f"metric filter {metric}",
        wanted=wanted,
        actual=actual.get(metric),
        apply=lambda: logs.put_metric_filter(logGroupName=GROUP, filterName=metric, **wanted),
    )
