"""How much goes through each part of a pipeline, what waits there, and what failed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from console.pipeline.parts import Part, Pipeline, dimensions_of
from console.pipeline.reading import or_nothing

if TYPE_CHECKING:
    from console.cloud import Answer, Cloud

WINDOW: Final = timedelta(hours=1)
"""How far back the counts on the arrows go."""

PERIOD_SECONDS: Final = 60
QUERIES_AT_ONCE: Final = 500
"""As many metrics GetMetricData takes."""

_METRICS: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "function": ("AWS/Lambda", "FunctionName", ("Invocations", "Errors")),
    "queue": ("AWS/SQS", "QueueName", ("NumberOfMessagesSent", "NumberOfMessagesDeleted")),
    "machine": (
        "AWS/States",
        "StateMachineArn",
        ("ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed"),
    ),
    "topic": ("AWS/SNS", "TopicName", ("NumberOfMessagesPublished",)),
}
"""The counts of each kind of part: namespace, dimension and metrics, as AWS names them."""


@dataclass
class Traffic:
    """The numbers on the map.

    Args:
        counts: Of the last hour: by ARN and metric.
        waiting: Messages in each queue that nobody has received, by ARN.
        flight: Messages in each queue that somebody works on, by ARN.
        running: Executions of each machine that have not ended, by ARN.
        alarms: The state of the alarms about each part, by ARN: names and states.
    """

    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    flight: dict[str, int] = field(default_factory=dict)
    running: dict[str, int] = field(default_factory=dict)
    alarms: dict[str, dict[str, str]] = field(default_factory=dict)

    def count(self, arn: str, metric: str) -> int:
        """Return how often something happened in the last hour."""
        return self.counts.get((arn, metric), 0)


async def read_traffic(cloud: Cloud, pipeline: Pipeline) -> Traffic:
    """Return what goes through a pipeline now.

    Args:
        cloud: The account.
        pipeline: Its parts.

    Raises:
        ConsoleError: The cloud does not answer.
    """
    counts, queues, running, alarms = await asyncio.gather(
        or_nothing(cloud.use("cloudwatch", lambda client: _counts(client, pipeline)), {}),
        or_nothing(cloud.use("sqs", lambda client: _queues(client, pipeline)), {}),
        or_nothing(cloud.use("stepfunctions", lambda client: _running(client, pipeline)), {}),
        or_nothing(cloud.use("cloudwatch", _alarms), []),
    )
    return Traffic(
        counts,
        {arn: waiting for arn, (waiting, _) in queues.items()},
        {arn: flight for arn, (_, flight) in queues.items()},
        running,
        {arn: found for arn, part in pipeline.parts.items() if (found := _about(part, alarms))},
    )


def _counts(cloudwatch: Any, pipeline: Pipeline) -> dict[tuple[str, str], int]:
    asked = [
        (part, namespace, dimension, metric)
        for part in pipeline.parts.values()
        if part.kind in _METRICS
        for namespace, dimension, metrics in [_METRICS[part.kind]]
        for metric in metrics
    ]
    end = datetime.now(UTC) + timedelta(seconds=PERIOD_SECONDS)
    counts: dict[tuple[str, str], int] = {}
    for first in range(0, len(asked), QUERIES_AT_ONCE):
        group = asked[first : first + QUERIES_AT_ONCE]
        answer = cloudwatch.get_metric_data(
            MetricDataQueries=[_query(n, *each) for n, each in enumerate(group)],
            StartTime=end - WINDOW,
            EndTime=end,
        )
        for result in answer["MetricDataResults"]:
            part, _, _, metric = group[int(result["Id"][1:])]
            # An emulator may count no messages of a topic: better no number than a wrong 0.
            if result["Values"] or part.kind != "topic":
                counts[part.arn, metric] = round(sum(result["Values"]))
    return counts


def _query(number: int, part: Part, namespace: str, dimension: str, metric: str) -> Answer:
    value = part.arn if dimension == "StateMachineArn" else part.name
    return {
        "Id": f"m{number}",
        "MetricStat": {
            "Metric": {
                "Namespace": namespace,
                "MetricName": metric,
                "Dimensions": [{"Name": dimension, "Value": value}],
            },
            "Period": PERIOD_SECONDS,
            "Stat": "Sum",
        },
    }


def _queues(sqs: Any, pipeline: Pipeline) -> dict[str, tuple[int, int]]:
    found = {}
    for part in pipeline.of_kind("queue"):
        attributes = sqs.get_queue_attributes(
            QueueUrl=part.url,
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )["Attributes"]
        found[part.arn] = (
            int(attributes["ApproximateNumberOfMessages"]),
            int(attributes["ApproximateNumberOfMessagesNotVisible"]),
        )
    return found


def _running(states: Any, pipeline: Pipeline) -> dict[str, int]:
    return {
        part.arn: len(
            states.list_executions(stateMachineArn=part.arn, statusFilter="RUNNING")["executions"]
        )
        for part in pipeline.of_kind("machine")
    }


def _alarms(cloudwatch: Any) -> list[Answer]:
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm"])
    return [each for answer in pages for each in answer["MetricAlarms"]]


def _about(part: Part, alarms: list[Answer]) -> dict[str, str]:
    """Return the alarms about a part, each with its state."""
    return {
        each["AlarmName"]: each["StateValue"]
        for each in alarms
        if dimensions_of(each) & {part.name, part.arn}
    }
