"""serve-api: gives an address to upload to, and says how far an upload is."""

import json
import os
import re
import uuid
from typing import Any

import boto3
from botocore.config import Config

s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
dynamodb = boto3.client("dynamodb")
BUCKET = os.environ["BUCKET_NAME"]
TABLE = os.environ["TABLE_NAME"]

INDEX = "by-source-key"
VALID_SECONDS = 300
FILE_NAME = re.compile(r"[^/\\\x00-\x1f]{1,100}")


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one request of API Gateway (Lambda proxy)."""
    if event["httpMethod"] == "POST":
        return new_upload(event)
    return job_of(event)


def new_upload(event: dict[str, Any]) -> dict[str, Any]:
    """Give the address where one file may be put, for five minutes."""
    try:
        name = json.loads(event["body"] or "{}")["name"]
    except (ValueError, KeyError, TypeError):
        name = None
    if not isinstance(name, str) or not FILE_NAME.fullmatch(name):
        return answer(400, {"message": "name must be a file name without folders"})
    # The key is ours: two people with the same name do not overwrite each other.
    key = f"uploads/{uuid.uuid4().hex[:8]}-{name}"
    url = s3.generate_presigned_url(
        "put_object", Params={"Bucket": BUCKET, "Key": key}, ExpiresIn=VALID_SECONDS
    )
    return answer(201, {"key": key, "url": url})


def job_of(event: dict[str, Any]) -> dict[str, Any]:
    """Say how far the job of an upload is."""
    key = (event.get("queryStringParameters") or {}).get("key")
    if not key:
        return answer(400, {"message": "say which: ?key=uploads/..."})
    found = dynamodb.query(
        TableName=TABLE,
        IndexName=INDEX,
        KeyConditionExpression="source_key = :key",
        ExpressionAttributeValues={":key": {"S": key}},
    )["Items"]
    if not found:
        return answer(404, {"message": f"no job of {key} yet"})
    newest = max(found, key=lambda item: item["updated_at"]["S"])
    return answer(200, {"job_id": newest["job_id"]["S"], "status": newest["status"]["S"]})


def answer(status: int, body: dict[str, Any]) -> dict[str, Any]:
    """Return what API Gateway makes an HTTP answer of."""
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(body, ensure_ascii=False),
    }
