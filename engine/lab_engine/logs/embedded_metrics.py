"""Read metrics from a log line in the CloudWatch embedded metric format.

Source: "Specification: Embedded metric format" in the CloudWatch user guide.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class EmbeddedMetric:
    """One data point (or several values of one metric) for one set of dimensions."""

    namespace: str
    datum: dict[str, Any]


def embedded_metrics(line: str) -> Iterator[EmbeddedMetric]:
    """Yield the metrics of one line; nothing if the line is not in this format.

    Args:
        line: A log event's message.
    """
    if '"_aws"' not in line:
        return
    try:
        document = json.loads(line)
        directives = document["_aws"]["CloudWatchMetrics"]
        timestamp = datetime.fromtimestamp(document["_aws"]["Timestamp"] / 1000, UTC)
    except (ValueError, TypeError, KeyError):
        return
    for directive in directives:
        for metric in directive.get("Metrics", []):
            value = document.get(metric["Name"])
            if value is None:
                continue
            for names in directive.get("Dimensions") or [[]]:
                yield EmbeddedMetric(
                    directive["Namespace"],
                    {
                        "MetricName": metric["Name"],
                        "Unit": metric.get("Unit", "None"),
                        "Timestamp": timestamp,
                        "Dimensions": [
                            {"Name": name, "Value": str(document[name])}
                            for name in names
                            if name in document
                        ],
                        **({"Values": value} if isinstance(value, list) else {"Value": value}),
                    },
                )
