"""csv-processor, week 3: starts one execution of the workflow for each message."""

import json
import logging
import os
from typing import Any

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

STATE_MACHINE_ARN = os.environ["STATE_MACHINE_ARN"]

stepfunctions = boto3.client("stepfunctions")


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Start the execution of each message by itself; name those that failed."""
    failures = []
    for record in event["Records"]:
        try:
            start(json.loads(record["body"]))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this message's alone
            report("message_failed", message_id=record["messageId"], error=str(error))
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def start(job: dict[str, Any]) -> None:
    """Start a job's execution, once: its name is the job's, and names are taken for 90 days."""
    key = job["source_key"]
    try:
        started = stepfunctions.start_execution(
            stateMachineArn=STATE_MACHINE_ARN,
            name=f"execution-{job['job_id']}",
            input=json.dumps(job),
        )
    except stepfunctions.exceptions.ExecutionAlreadyExists:
        report("execution_exists", file=key, job_id=job["job_id"])  # a repetition: all is done
        return
    arn = started["executionArn"]
    report("execution_started", file=key, job_id=job["job_id"], execution_arn=arn)


def report(event: str, **said: Any) -> None:
    """Log one line of JSON."""
    logger.info(json.dumps({"event": event, **said}, ensure_ascii=False))
