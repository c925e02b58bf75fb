"""record-job: keeps in a table how far each job is, told by EventBridge."""

import json
import logging
import os
from typing import Any

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

dynamodb = boto3.client("dynamodb")
TABLE = os.environ["TABLE_NAME"]

RUNNING = "RUNNING"


def lambda_handler(event: dict[str, Any], _context: object) -> None:
    """Write down what one event tells of one job: the same event twice writes the same."""
    detail = event["detail"]
    job = json.loads(detail["input"])
    told = {
        ":status": {"S": detail["status"]},
        ":key": {"S": job["source_key"]},
        ":execution": {"S": detail["executionArn"]},
        ":time": {"S": event["time"]},
    }
    request: dict[str, Any] = {
        "TableName": TABLE,
        "Key": {"job_id": {"S": job["job_id"]}},
        # "status" is a reserved word of DynamoDB, so it goes by another name here.
        "UpdateExpression": "SET #status = :status, source_key = :key, "
        "execution_arn = :execution, updated_at = :time",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": told,
    }
    if detail["status"] == RUNNING:
        # Events come in any order: a beginning that comes late must not cover up the end.
        request["ConditionExpression"] = "attribute_not_exists(job_id)"
    try:
        dynamodb.update_item(**request)
    except dynamodb.exceptions.ConditionalCheckFailedException:
        logger.info(json.dumps({"event": "known_already", "job_id": job["job_id"]}))
        return
    told_now = {"event": "job_recorded", "job_id": job["job_id"], "status": detail["status"]}
    logger.info(json.dumps(told_now))
