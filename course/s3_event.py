"""The event that S3 sends to a function, for invoking one by hand."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus


def s3_event(bucket: str, key: str, size: int, region: str, version: str = "") -> dict[str, Any]:
    """Return the event of one created object; its key is encoded as S3 encodes it.

    Args:
        bucket: Where the object is.
        key: What it is called.
        size: Its bytes.
        region: Of the bucket.
        version: Tells two uploads of one key apart, as ETag and sequencer; without it the event
            has neither.

    Source: Amazon S3 user guide, "Event message structure".
    """
    told = {"eTag": version, "sequencer": version} if version else {}
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": region,
                "eventTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                "eventName": "ObjectCreated:Put",
                "s3": {
                    "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
                    "object": {"key": quote_plus(key, safe="/"), "size": size, **told},
                },
            }
        ]
    }
