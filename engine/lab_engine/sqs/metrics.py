"""Records AWS/SQS without one HTTP call a message, and measures queue depths every ten seconds.

LocalStack measures depths once a minute, as AWS does; alarms with a period of ten seconds, which
make the depth alarm quick to see, need them as often.
"""

from typing import Any

from lab_engine.cloudwatch.metrics.database import RECORDER
from lab_engine.cloudwatch.metrics.recorder import Source

DEPTH_INTERVAL_SECONDS = 10


def _source(account: str, region: str, queue: str) -> Source:
    return Source(account, region, "AWS/SQS", (("QueueName", queue),))


def record_metric(
    _self: Any,
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
