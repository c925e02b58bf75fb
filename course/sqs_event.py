"""The event with which Lambda hands a batch of SQS messages to a function, for invoking one."""

import json
from typing import Any


def sqs_event(queue_arn: str, bodies: dict[str, object]) -> dict[str, Any]:
    """Return the event of a batch.

    Args:
        queue_arn: The queue it comes from.
        bodies: The messages by their id: text as it is, anything else as JSON.

    Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS".
    """
    return {
        "Records": [
            {
                "messageId": message_id,
                "receiptHandle": f"receipt-{message_id}",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": queue_arn,
                "awsRegion": queue_arn.split(":")[3],
            }
            for message_id, body in bodies.items()
        ]
    }
