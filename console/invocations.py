"""What an answer of Lambda's Invoke tells: the result, and the figures at the end of the log."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote_plus

_REPORT: Final = re.compile(r"^REPORT RequestId: (\S+)(.*)$", re.MULTILINE)
_FIGURE: Final = re.compile(r"\t([A-Z][A-Za-z ]+): ([^\t\n]+)")


@dataclass(frozen=True)
class Result:
    """One invocation.

    Args:
        answer: What the function returned, or its error.
        error: `Handled` or `Unhandled` where it failed, else nothing.
        log: The end of its log, 4 KB at most.
        figures: Duration, memory and the like, as Lambda reports them.
    """

    answer: str
    error: str
    log: str
    figures: dict[str, str] = field(default_factory=dict)


def read_result(answer: dict[str, Any]) -> Result:
    """Return what an answer of Invoke tells.

    Args:
        answer: With `Payload` read, and `LogResult` where the call asked for it.
    """
    payload: bytes = answer.get("Payload") or b""
    log = base64.b64decode(answer.get("LogResult", "")).decode("utf-8", "replace")
    return Result(
        payload.decode("utf-8", "replace"), answer.get("FunctionError", ""), log, figures(log)
    )


def figures(log: str) -> dict[str, str]:
    """Return what the last REPORT line of a log tells, by the names it has there.

    Source: Lambda developer guide, "Viewing CloudWatch logs for Lambda functions".
    """
    reports = list(_REPORT.finditer(log))
    if not reports:
        return {}
    found = reports[-1]
    said = {name: value.strip() for name, value in _FIGURE.findall(found[2])}
    return {"Request ID": found[1], **said}


def examples(bucket: str, account: str, region: str) -> dict[str, str]:
    """Return events to begin with, by the names that AWS's console has for them.

    Args:
        bucket: That the example of S3 speaks of.
        account: Of the examples.
        region: Of the examples.
    """
    events: dict[str, Any] = {
        "hello-world": {"key1": "value1", "key2": "value2", "key3": "value3"},
        "s3-put": _s3_event(bucket, region),
        "sqs": _sqs_event(account, region),
    }
    return {name: json.dumps(event, ensure_ascii=False, indent=2) for name, event in events.items()}


def _s3_event(bucket: str, region: str) -> dict[str, Any]:
    """Source: Amazon S3 user guide, "Event message structure"."""
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": region,
                "eventTime": "2024-01-15T10:00:00.000Z",
                "eventName": "ObjectCreated:Put",
                "s3": {
                    "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
                    "object": {
                        "key": quote_plus("uploads/sample_sales.csv", safe="/"),
                        "size": 312,
                    },
                },
            }
        ]
    }


def _sqs_event(account: str, region: str) -> dict[str, Any]:
    """Source: Lambda developer guide, "Using Lambda with Amazon SQS"."""
    return {
        "Records": [
            {
                "messageId": "19dd0b57-b21e-4ac1-bd88-01bbb068cb78",
                "receiptHandle": "MessageReceiptHandle",
                "body": json.dumps({"job_id": "job-0123456789abcdef"}),
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": "1523232000000",
                    "SenderId": account,
                    "ApproximateFirstReceiveTimestamp": "1523232000001",
                },
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:{region}:{account}:pipeline-main-queue",
                "awsRegion": region,
            }
        ]
    }
