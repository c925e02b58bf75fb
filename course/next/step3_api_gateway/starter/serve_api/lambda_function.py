"""serve-api: gives an address to upload to, and says how far an upload is.

Fill in what is marked TODO, then: scripts/lab course deploy
"""

import json
import os
from typing import Any

import boto3
from botocore.config import Config

s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
dynamodb = boto3.client("dynamodb")
BUCKET = os.environ["BUCKET_NAME"]
TABLE = os.environ["TABLE_NAME"]

INDEX = "by-source-key"
VALID_SECONDS = 300


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one request of API Gateway (Lambda proxy)."""
    if event["httpMethod"] == "POST":
        return new_upload(event)
    return job_of(event)


def new_upload(event: dict[str, Any]) -> dict[str, Any]:
    """Give the address where one file may be put, for five minutes."""
    # TODO: take "name" from the JSON in event["body"]; 400 where it is missing, no string, longer
    #       than 100 characters, or has a folder in it.
    # TODO: make a key of your own under uploads/, which nobody else gets, ending in the name.
    # TODO: s3.generate_presigned_url("put_object", ...); return 201 with "key" and "url".
    return answer(501, {"message": f"not written yet: {event['path']}"})


def job_of(event: dict[str, Any]) -> dict[str, Any]:
    """Say how far the job of an upload is."""
    # TODO: take "key" from event["queryStringParameters"], which is None without any; 400 then.
    # TODO: dynamodb.query the index by source_key; 404 where there is nothing, else 200 with
    #       "job_id" and "status" of the newest item.
    return answer(501, {"message": f"not written yet: {event['path']}"})


def answer(status: int, body: dict[str, Any]) -> dict[str, Any]:
    """Return what API Gateway makes an HTTP answer of."""
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(body, ensure_ascii=False),
    }
