"""What happens to an ingested log line besides being kept: metric filters and embedded metrics.

Both write straight to the metrics' database, where LocalStack makes an API call for each line.
Trouble with a line's metrics is reported and keeps no line out.
"""

import logging
from collections import defaultdict
from typing import Any

from localstack.services.logs.models import get_moto_logs_backend
from localstack.services.moto import call_moto

from lab_engine.cloudwatch.metrics.database import store
from lab_engine.logs.embedded_metrics import embedded_metrics
from lab_engine.logs.matching import compiled
from lab_engine.logs.metric_filters import Datum, LogEvent, data_points

LOG = logging.getLogger(__name__)


def put_log_events(
    _self: Any, context: Any, log_group_name: str, log_events: list[LogEvent], **_kwargs: Any
) -> Any:
    """Keep the lines, and publish what metric filters and embedded metrics make of them."""
    response = call_moto(context)
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
