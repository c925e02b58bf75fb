"""CloudWatch Logs: a group for each function, with a retention time, and metric filters."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from provision.settings import CSV_VALIDATOR
from provision.target import Target, unless_missing

if TYPE_CHECKING:
    from provision.changes import Changes

COUNTED_EVENTS: Final = {"FilesValid": "file_validated", "FilesRejected": "file_rejected"}
"""The log event of csv-validator that each metric counts."""


def ensure_log_groups(target: Target, changes: Changes) -> None:
    """Make a log group for each function, whose logs expire."""
    ensure_groups(target, changes, *target.settings.log_groups)


def ensure_groups(target: Target, changes: Changes, *names: str) -> None:
    """Make these log groups exist; their events expire.

    They are made before their functions run, so that functions do not need the permission for it.
    """
    logs = target.client("logs")
    wanted = target.settings.log_retention_days
    pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix="/aws/lambda/")
    existing = {group["logGroupName"]: group for page in pages for group in page["logGroups"]}
    for name in names:
        group: dict[str, Any] | None = existing.get(name)
        changes.settle(
            name,
            wanted=wanted,
            # 0 means that the group's logs never expire.
            actual=group and group.get("retentionInDays", 0),
            apply=partial(_make_group, logs, name, group, wanted),
        )


def _make_group(logs: Any, name: str, group: dict[str, Any] | None, retention_days: int) -> None:
    if group is None:
        logs.create_log_group(logGroupName=name)
    logs.put_retention_policy(logGroupName=name, retentionInDays=retention_days)


def ensure_metric_filters(target: Target, changes: Changes) -> None:
    """Count valid and rejected files in a metric each.

    They are counted in the log, because `cloudwatch:PutMetricData` can only be granted on `*`.
    """
    logs = target.client("logs")
    group = target.settings.functions[CSV_VALIDATOR].log_group
    # In a plan the log group may not exist yet.
    answer = unless_missing(
        lambda: logs.describe_metric_filters(logGroupName=group), "ResourceNotFoundException"
    )
    existing = {each["filterName"]: each for each in answer["metricFilters"]} if answer else {}
    for metric, event in COUNTED_EVENTS.items():
        wanted: dict[str, Any] = {
            "filterPattern": f'{{ $.event = "{event}" }}',
            "metricTransformations": [
                {
                    "metricName": metric,
                    "metricNamespace": target.settings.metric_namespace,
                    "metricValue": "1",
                }
            ],
        }
        found: dict[str, Any] | None = existing.get(metric)
        changes.settle(
            f"metric filter {metric}",
            wanted=wanted,
            actual=found and {name: found.get(name) for name in wanted},
            apply=partial(logs.put_metric_filter, logGroupName=group, filterName=metric, **wanted),
        )
