"""Put the dashboard: five widgets, over all functions."""

import json
from typing import Any, Final

from course.sandbox import Sandbox
from course.week2.step1_dlq.solve import DLQ
from course.week2.step2_main_queue.solve import MAIN_QUEUE
from course.week3.step2_policy.solve import MACHINE
from provision.changes import Changes

DASHBOARD: Final = "csv-pipeline-dashboard"
FUNCTIONS: Final = (
    "csv-validator",
    "csv-processor",
    "parse-csv",
    "validate-schema",
    "transform-data",
    "move-to-failed",
    "send-notification",
)
_VISIBLE: Final = "ApproximateNumberOfMessagesVisible"
_EXECUTIONS: Final = ("ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed")


def solve(sandbox: Sandbox, changes: Changes) -> None:
    """Afterwards one page shows whether the pipeline is well."""
    put(sandbox, changes, body(sandbox))


def put(sandbox: Sandbox, changes: Changes, wanted: dict[str, Any]) -> None:
    """Afterwards the dashboard has this body."""
    cloudwatch = sandbox.client("cloudwatch")
    listed = cloudwatch.list_dashboards(DashboardNamePrefix=DASHBOARD)["DashboardEntries"]
    there = DASHBOARD in [each["DashboardName"] for each in listed]
    actual = there and cloudwatch.get_dashboard(DashboardName=DASHBOARD)["DashboardBody"]
    changes.settle(
        DASHBOARD,
        wanted=wanted,
        actual=json.loads(actual) if actual else None,
        apply=lambda: cloudwatch.put_dashboard(
            DashboardName=DASHBOARD, DashboardBody=json.dumps(wanted)
        ),
    )


def body(sandbox: Sandbox) -> dict[str, Any]:
    """Invocations, errors, the queue, the dead letters, the executions."""
    machine = sandbox.arn("states", f"stateMachine:{MACHINE}")
    by_function = {
        name: [["AWS/Lambda", name, "FunctionName", function] for function in FUNCTIONS]
        for name in ("Invocations", "Errors")
    }
    graphs = (
        ("Lambda Invocations", "Sum", by_function["Invocations"]),
        ("Lambda Errors", "Sum", by_function["Errors"]),
        ("SQS Queue Depth", "Maximum", [["AWS/SQS", _VISIBLE, "QueueName", MAIN_QUEUE]]),
        ("Dead Letter Queue", "Maximum", [["AWS/SQS", _VISIBLE, "QueueName", DLQ]]),
        (
            "Step Functions Executions",
            "Sum",
            [["AWS/States", name, "StateMachineArn", machine] for name in _EXECUTIONS],
        ),
    )
    widgets = [
        {
            "type": "metric",
            "x": 12 * (place % 2),
            "y": 6 * (place // 2),
            "width": 12,
            "height": 6,
            "properties": {
                "title": title,
                "region": sandbox.region,
                "stat": stat,
                "period": 60,
                "view": "timeSeries",
                "metrics": metrics,
            },
        }
        for place, (title, stat, metrics) in enumerate(graphs)
    ]
    return {"widgets": widgets}
