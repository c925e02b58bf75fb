"""Records AWS/SQS without one HTTP call a message, and measures queue depths every ten seconds.

LocalStack measures depths once a minute, as AWS does; alarms with a period of ten seconds, which
make the depth alarm quick to see, need them as often.
"""

from typing import Any

from localstack import config
from localstack.services.sqs import provider as sqs
from localstack.utils.patch import Patch, patch

from lab_engine.cloudwatch.metrics.database import RECORDER
from lab_engine.cloudwatch.metrics.recorder import Source

_DEPTH_INTERVAL_SECONDS = 10


def install() -> None:
    """Sends the queues' metrics to the recorder."""
    Patch(config, "SQS_CLOUDWATCH_METRICS_REPORT_INTERVAL", _DEPTH_INTERVAL_SECONDS).apply()
    patch(sqs.CloudwatchDispatcher.dispatch_sqs_metric, pass_target=False)(_dispatch)
    Patch(sqs, "publish_sqs_metric_batch", _publish_batch).apply()


def _source(account: str, region: str, queue: str) -> Source:
    return Source(account, region, "AWS/SQS", (("QueueName", queue),))


def _dispatch(
    _self: Any,
    account_id: str,
    region: str,
    queue_name: str,
    metric: str,
    value: float = 1,
    unit: str = "Count",
) -> None:
    RECORDER.record(_source(account_id, region, queue_name), {metric: value}, unit)


def _publish_batch(
    account_id: str, region: str, sqs_metric_batch_data: list[dict[str, Any]]
) -> None:
    for datum in sqs_metric_batch_data:
        source = _source(account_id, region, datum["QueueName"])
        RECORDER.record(source, {datum["MetricName"]: datum["Value"]}, "Count")
