"""Record AWS/SQS without an HTTP call per message, and queue depths every ten seconds.

LocalStack measures depths once a minute, as AWS does. The depth alarm of profile quick has a period
of ten seconds and needs a depth as often.
"""

from typing import Any

from lab_engine.cloudwatch.metrics.database import RECORDER
from lab_engine.cloudwatch.metrics.recorder import Source

DEPTH_INTERVAL_SECONDS = 10


def _source(account: str, region: str, queue: str) -> Source:
    return Source(account, region, "AWS/SQS", (("QueueName", queue),))


def record_metric(
    _self: object,
    account_id: str,
    region: str,
    queue_name: str,
    metric: str,
    value: float = 1,
    unit: str = "Count",
) -> None:
    """Record one figure of a queue."""
    RECORDER.record(_source(account_id, region, queue_name), {metric: value}, unit)


def record_metrics(
    account_id: str, region: str, sqs_metric_batch_data: list[dict[str, Any]]
) -> None:
    """Record the figures of many queues."""
    for datum in sqs_metric_batch_data:
        source = _source(account_id, region, datum["QueueName"])
        RECORDER.record(source, {datum["MetricName"]: datum["Value"]}, "Count")
