"""record-job: keeps in a table how far each job is, told by EventBridge.

Fill in what is marked TODO, then: scripts/lab course deploy
"""

import json
import logging
import os
from typing import Any

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

dynamodb = boto3.client("dynamodb")
TABLE = os.environ["TABLE_NAME"]


def lambda_handler(event: dict[str, Any], _context: object) -> None:
    """Write down what one event tells of one job: the same event twice writes the same."""
    detail = event["detail"]
    job = json.loads(detail["input"])
    # TODO: dynamodb.update_item of the item whose job_id is job["job_id"]: set status (of detail),
    #       source_key (of job), execution_arn and updated_at. "status" is a reserved word: call
    #       it #status in the expression, and say what that is in ExpressionAttributeNames.
    # TODO: events come in any order. Give the update of a RUNNING a ConditionExpression, so that it
    #       does not cover up an end that came first, and catch ConditionalCheckFailedException.
    logger.info(json.dumps({"event": "not_written_yet", "job_id": job["job_id"]}))
