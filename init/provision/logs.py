"""CloudWatch Logs: a group for each function, with a retention time, and metric filters."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from provision import tags
from provision.settings import CSV_VALIDATOR
from provision.target import Target, unless_missing

if TYPE_CHECKING:
    from provision.changes import Changes
    from provision.removals import Removals
    from provision.settings import Settings

COUNTED_EVENTS: Final = {"FilesValid": "file_validated", "FilesRejected": "file_rejected"}
"""The log event of csv-validator that each metric counts."""


def ensure_log_groups(target: Target, changes: Changes) -> None:
    """Make a log group for each function, whose logs expire."""
    ensure_groups(target, changes, *target.settings.log_groups)


def ensure_groups(target: Target, changes: Changes, *names: str) -> None:
    """Make these log groups exist; their events expire.

    They are made before their functions run, so that functions do not need the permission for it.
    """
    wanted = target.settings.log_retention_days
    existing = _existing_groups(target)
    for name in names:
        group: dict[str, Any] | None = existing.get(name)
        changes.settle(
            name,
            wanted=wanted,
            # 0 means that the group's logs never expire.
            actual=group and group.get("retentionInDays", 0),
            apply=partial(_make_group, target, name, group, wanted),
        )
        if group is not None:
            tags.ensure_tags(target, changes, name, target.arns.log_group(name))


def _make_group(
    target: Target, name: str, group: dict[str, Any] | None, retention_days: int
) -> None:
    logs = target.client("logs")
    if group is None:
        logs.create_log_group(logGroupName=name, tags=tags.tags_of(target.settings))
    logs.put_retention_policy(logGroupName=name, retentionInDays=retention_days)


def _existing_groups(target: Target) -> dict[str, dict[str, Any]]:
    pages = target.client("logs").get_paginator("describe_log_groups")
    return {
        group["logGroupName"]: group
        for page in pages.paginate(logGroupNamePrefix="/aws/lambda/")
        for group in page["logGroups"]
    }


def remove_log_groups(target: Target, removals: Removals) -> None:
    """Remove the log groups, with their metric filters."""
    logs = target.client("logs")

    def delete(name: str) -> None:
        # AWS deletes the filters with their group, but an emulator may keep them.
        for each in logs.describe_metric_filters(logGroupName=name)["metricFilters"]:
            logs.delete_metric_filter(logGroupName=name, filterName=each["filterName"])
        logs.delete_log_group(logGroupName=name)

    for name in sorted(_existing_groups(target).keys() & {*target.settings.log_groups}):
        removals.remove(
            target,
            name,
            target.arns.log_group(name),
            partial(delete, name),
        )


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
        wanted = metric_filter(target.settings, metric, event)
        found: dict[str, Any] | None = existing.get(metric)
        changes.settle(
            f"metric filter {metric}",
            wanted=wanted,
            actual=found and {name: found.get(name) for name in wanted},
            apply=partial(logs.put_metric_filter, logGroupName=group, filterName=metric, **wanted),
        )


def metric_filter(settings: Settings, metric: str, event: str) -> dict[str, Any]:
    """Return the metric filter that counts a log event, in the form of PutMetricFilter."""
    return {
        "filterPattern": f'{{ $.event = "{event}" }}',
        "metricTransformations": [
            {
                "metricName": metric,
                "metricNamespace": settings.metric_namespace,
                "metricValue": "1",
            }
        ],
    }
