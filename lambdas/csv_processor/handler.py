"""csv-processor: starts a Step Functions execution for each job of an SQS batch."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from pipeline.clients import CLIENT_CONFIG, error_name
from pipeline.configuration import required_text
from pipeline.errors import MalformedJobError
from pipeline.job import Job, job_message, uploads_in
from pipeline.logs import log

STATE_MACHINE_ARN = required_text("STATE_MACHINE_ARN")
PROCESSED_BUCKET = required_text("PROCESSED_BUCKET")

stepfunctions = boto3.client("stepfunctions", config=CLIENT_CONFIG)


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Start the executions of a batch; return the ids of messages to be delivered again.

    One bad message does not make the good ones of its batch fail (ReportBatchItemFailures).
    """
    failed = [record["messageId"] for record in event["Records"] if not _start_all(record)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _start_all(record: dict[str, Any]) -> bool:
    """Start every job of one message; tell whether the message can be deleted."""
    message_id = record["messageId"]
    try:
        for state in _jobs_in(record["body"]):
            _start(state)
    except MalformedJobError as error:
        log("message_failed", None, message_id=message_id, error=str(error))
        return False
    except (BotoCoreError, ClientError) as error:
        log("message_failed", None, message_id=message_id, error=error_name(error))
        return False
    return True


def _jobs_in(body: str) -> Sequence[Mapping[str, object]]:
    """Return the execution inputs in a message.

    A message is a job from csv-validator, or an S3 event that it could not handle: plain, or in the
    envelope of Lambda's on-failure destination (`requestPayload`; Lambda developer guide,
    "Capturing records of asynchronous invocations").
    """
    try:
        content = json.loads(body)
    except ValueError as error:
        raise MalformedJobError("the message is not JSON") from error
    if not isinstance(content, dict):
        raise MalformedJobError("the message is not a JSON object")
    event = content.get("requestPayload", content)
    if isinstance(event, dict) and ("Records" in event or "Event" in event):
        now = datetime.now(UTC)
        return [job_message(upload, PROCESSED_BUCKET, now) for upload in uploads_in(event)]
    return [content]


def _start(state: Mapping[str, object]) -> None:
    job = Job.from_state(state)
    try:
        started = stepfunctions.start_execution(
            stateMachineArn=STATE_MACHINE_ARN,
            name=job.execution_name,
            input=json.dumps(state),
        )
    except stepfunctions.exceptions.ExecutionAlreadyExists:
        # A duplicate event or a redelivery: the job has run or is running.
        log("execution_exists", job.job_id)
        return
    log("execution_started", job.job_id, execution_arn=started["executionArn"])
