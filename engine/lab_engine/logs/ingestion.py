"""Apply metric filters and embedded metrics to each log line that is stored.

Both write directly to the metrics' database; LocalStack makes an API call for each line. An error
in a line's metrics is logged, and the line is stored all the same.
"""

import logging
from collections import defaultdict
from typing import Any

from localstack.services.logs.models import get_moto_logs_backend

from lab_engine.cloudwatch.metrics.database import store
from lab_engine.logs.embedded_metrics import embedded_metrics
from lab_engine.logs.matching import compiled
from lab_engine.logs.metric_filters import Datum, LogEvent, data_points
from lab_engine.logs.storage import put_in_store

LOG = logging.getLogger(__name__)


def put_log_events(
    _self: object, context: Any, log_group_name: str, log_events: list[LogEvent], **_kwargs: object
) -> Any:
    """Store the lines, and publish the metrics of metric filters and of embedded metrics."""
    response = put_in_store(context)
    try:
        _publish_metrics(context.account_id, context.region, log_group_name, log_events)
    except Exception:
        LOG.exception("could not publish the metrics of lines in %s", log_group_name)
    return response


def _publish_metrics(account: str, region: str, log_group: str, events: list[LogEvent]) -> None:
    by_namespace: dict[str, list[Datum]] = defaultdict(list)
    for metric_filter in get_moto_logs_backend(account, region).filters.metric_filters:
        if metric_filter["logGroupName"] == log_group:
            matches = compiled(metric_filter["filterPattern"])
            for transformation in metric_filter["metricTransformations"]:
                namespace = transformation["metricNamespace"]
                by_namespace[namespace] += data_points(transformation, matches, events)
    for event in events:
        for metric in embedded_metrics(event["message"]):
            by_namespace[metric.namespace].append(metric.datum)
    for namespace, data in by_namespace.items():
        store(account, region, namespace, data)
