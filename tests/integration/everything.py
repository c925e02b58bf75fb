"""All that is in an account, as the services list it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lab.running import RunningLab


def everything_in(own: RunningLab) -> list[str]:
    """Every resource of the account, as the services list them."""
    functions, cloudwatch = own.client("lambda"), own.client("cloudwatch")
    mine = [
        bucket["Name"]
        for bucket in own.client("s3").list_buckets()["Buckets"]
        if own.settings.lab_id in bucket["Name"]
    ]
    found: dict[str, list[Any]] = {
        "bucket": mine,
        "queue": [
            url.rpartition("/")[2] for url in own.client("sqs").list_queues().get("QueueUrls", [])
        ],
        "topic": [
            each["TopicArn"].rpartition(":")[2]
            for each in own.client("sns").list_topics()["Topics"]
        ],
        "subscription": own.client("sns").list_subscriptions()["Subscriptions"],
        "function": functions.list_functions()["Functions"],
        "event source": functions.list_event_source_mappings()["EventSourceMappings"],
        "log group": [
            each["logGroupName"] for each in own.client("logs").describe_log_groups()["logGroups"]
        ],
        "metric filter": own.client("logs").describe_metric_filters()["metricFilters"],
        "alarm": [each["AlarmName"] for each in cloudwatch.describe_alarms()["MetricAlarms"]],
        "dashboard": [
            each["DashboardName"] for each in cloudwatch.list_dashboards()["DashboardEntries"]
        ],
        "role": [each["RoleName"] for each in own.client("iam").list_roles()["Roles"]],
        "state machine": [
            each["name"]
            for each in own.client("stepfunctions").list_state_machines()["stateMachines"]
        ],
    }
    return sorted(f"{kind} {each}" for kind, names in found.items() for each in names)
