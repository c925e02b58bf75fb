"""CloudWatch: the pipeline's dashboard and its alarms."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from provision import tags
from provision.settings import TRANSFORM_DATA

if TYPE_CHECKING:
    from provision.arns import Arns
    from provision.changes import Changes
    from provision.removals import Removals
    from provision.settings import Alarm, Settings
    from provision.target import Target

_WIDTH: Final = 12
_HEIGHT: Final = 6
_WIDGETS_PER_ROW: Final = 2
"""A dashboard is 24 columns wide."""
_WIDGET_PERIOD_SECONDS: Final = 60
_VISIBLE: Final = "ApproximateNumberOfMessagesVisible"
_IN_FLIGHT: Final = "ApproximateNumberOfMessagesNotVisible"


def ensure_dashboard(target: Target, changes: Changes) -> None:
    """Make the dashboard with its five widgets, for all seven functions."""
    cloudwatch = target.client("cloudwatch")
    name = target.settings.dashboard_name
    wanted = dashboard_body(target.settings, target.arns)
    changes.settle(
        name,
        wanted=wanted,
        actual=_existing_dashboard(cloudwatch, name),
        apply=lambda: cloudwatch.put_dashboard(
            DashboardName=name, DashboardBody=json.dumps(wanted)
        ),
    )


def remove_dashboard(target: Target, removals: Removals) -> None:
    """Remove the dashboard, if it is as it was made.

    CloudWatch tags no dashboards (TagResource in its API reference), so one that was changed by
    hand cannot be told from somebody else's of the same name.
    """
    cloudwatch = target.client("cloudwatch")
    name = target.settings.dashboard_name
    body = _existing_dashboard(cloudwatch, name)
    if body is not None:
        removals.remove_if(
            body == dashboard_body(target.settings, target.arns),
            name,
            lambda: cloudwatch.delete_dashboards(DashboardNames=[name]),
        )


def _existing_dashboard(cloudwatch: Any, name: str) -> dict[str, Any] | None:
    # By a list, because endpoints differ in the error of GetDashboard for a missing one.
    answer = cloudwatch.list_dashboards(DashboardNamePrefix=name)
    if name not in [entry["DashboardName"] for entry in answer["DashboardEntries"]]:
        return None
    body: dict[str, Any] = json.loads(cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])
    return body


def ensure_alarms(target: Target, changes: Changes) -> None:
    """Make the three alarms exist, each of which notifies the topic.

    An unchanged alarm is not put again: that would reset its state.
    """
    existing = _existing_alarms(target)
    for wanted in alarms(target.settings, target.arns):
        found = existing.get(wanted["AlarmName"])
        changes.settle(
            wanted["AlarmName"],
            wanted=wanted,
            actual=found and {name: found.get(name) for name in wanted},
            apply=partial(_put_alarm, target, wanted, is_new=found is None),
        )
        if found is not None:
            name = wanted["AlarmName"]
            tags.ensure_tags(target, changes, name, target.arns.alarms(name))


def _put_alarm(target: Target, wanted: dict[str, Any], *, is_new: bool) -> None:
    cloudwatch = target.client("cloudwatch")
    if not is_new:
        cloudwatch.put_metric_alarm(**wanted)
        return
    cloudwatch.put_metric_alarm(**wanted, Tags=tags.tag_list(target.settings))
    # Once more, because an emulator may ignore the tags of PutMetricAlarm.
    arn = target.arns.alarms(wanted["AlarmName"])
    tags.write_tags(target, arn, tags.tags_of(target.settings))


def remove_alarms(target: Target, removals: Removals) -> None:
    """Remove the alarms."""
    cloudwatch = target.client("cloudwatch")
    for name in _existing_alarms(target):
        removals.remove(
            target,
            name,
            target.arns.alarms(name),
            partial(cloudwatch.delete_alarms, AlarmNames=[name]),
        )


def _existing_alarms(target: Target) -> dict[str, dict[str, Any]]:
    names = [alarm.name for alarm in target.settings.alarms]
    answer = target.client("cloudwatch").describe_alarms(
        AlarmNames=names, AlarmTypes=["MetricAlarm"]
    )
    return {each["AlarmName"]: each for each in answer["MetricAlarms"]}


def alarms(settings: Settings, arns: Arns) -> list[dict[str, Any]]:
    """Return the alarms in the form of PutMetricAlarm."""
    return [
        _alarm(
            settings.transform_errors_alarm,
            arns,
            metric=("AWS/Lambda", "Errors", "Sum"),
            dimension=("FunctionName", TRANSFORM_DATA),
            meaning="transform-data failed more than twice in one period",
        ),
        _alarm(
            settings.dlq_alarm,
            arns,
            metric=("AWS/SQS", _VISIBLE, "Maximum"),
            dimension=("QueueName", settings.dlq.name),
            meaning="a job could not be started and waits in the dead letter queue",
        ),
        _alarm(
            settings.execution_failures_alarm,
            arns,
            metric=("AWS/States", "ExecutionsFailed", "Sum"),
            dimension=("StateMachineArn", arns.state_machine),
            meaning="an execution ended failed: a file was rejected or an error was not foreseen",
        ),
    ]


def _alarm(
    alarm: Alarm,
    arns: Arns,
    *,
    metric: tuple[str, str, str],
    dimension: tuple[str, str],
    meaning: str,
) -> dict[str, Any]:
    namespace, metric_name, statistic = metric
    dimension_name, dimension_value = dimension
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": meaning,
        "Namespace": namespace,
        "MetricName": metric_name,
        "Dimensions": [{"Name": dimension_name, "Value": dimension_value}],
        "Statistic": statistic,
        "Period": alarm.period_seconds,
        "EvaluationPeriods": 1,
        "DatapointsToAlarm": 1,
        "Threshold": float(alarm.threshold),
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "ActionsEnabled": True,
        "AlarmActions": [arns.topic],
    }


def dashboard_body(settings: Settings, arns: Arns) -> dict[str, Any]:
    """Return the dashboard: two graphs of Lambda, two of the queues, one of executions."""
    functions = list(settings.functions)
    main, dlq = settings.main_queue.name, settings.dlq.name
    executions = ("ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed")
    graphs = [
        _graph(
            "Lambda Invocations",
            [["AWS/Lambda", "Invocations", "FunctionName", name] for name in functions],
        ),
        _graph(
            "Lambda Errors",
            [["AWS/Lambda", "Errors", "FunctionName", name] for name in functions],
        ),
        _graph(
            "SQS Queue Depth",
            [["AWS/SQS", metric, "QueueName", main] for metric in (_VISIBLE, _IN_FLIGHT)],
            stat="Maximum",
        ),
        _graph(
            "Dead Letter Queue",
            [["AWS/SQS", _VISIBLE, "QueueName", dlq]],
            stat="Maximum",
            view="singleValue",
        ),
        _graph(
            "Step Functions Executions",
            [["AWS/States", name, "StateMachineArn", arns.state_machine] for name in executions],
        ),
    ]
    return {
        "widgets": [
            {
                "type": "metric",
                "x": place % _WIDGETS_PER_ROW * _WIDTH,
                "y": place // _WIDGETS_PER_ROW * _HEIGHT,
                "width": _WIDTH,
                "height": _HEIGHT,
                "properties": graph | {"region": settings.region},
            }
            for place, graph in enumerate(graphs)
        ]
    }


def _graph(
    title: str, metrics: list[list[str]], *, stat: str = "Sum", view: str = "timeSeries"
) -> dict[str, Any]:
    return {
        "title": title,
        "view": view,
        "stacked": False,
        "stat": stat,
        "period": _WIDGET_PERIOD_SECONDS,
        "metrics": metrics,
    }
