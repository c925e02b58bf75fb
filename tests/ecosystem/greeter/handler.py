"""What each client deploys: a function that keeps the messages of a queue in a bucket."""

import os
from typing import Any

import boto3


def lambda_handler(event: dict[str, Any], _context: object) -> str:
    """Write each message's text to an object with the message's id."""
    s3 = boto3.client("s3")
    for record in event.get("Records", ()):
        s3.put_object(Bucket=os.environ["BUCKET"], Key=record["messageId"], Body=record["body"])
    return f"hello, {event.get('name', 'nobody')}"
