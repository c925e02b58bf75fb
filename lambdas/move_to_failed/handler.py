"""move-to-failed: a failed job's state in, its file and the reason under failed/."""

from datetime import UTC, datetime
from typing import Any

import boto3

from move_to_failed.moving import move_to_failed
from pipeline.clients import CLIENT_CONFIG, transient_errors_named
from pipeline.failure import cause_of, described_error, failure_in
from pipeline.job import Job
from pipeline.logs import log

s3 = boto3.client("s3", config=CLIENT_CONFIG)


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the state with where the file stands now and why."""
    job = Job.from_state(event)
    failure = failure_in(event)
    with transient_errors_named():
        moved = move_to_failed(s3, job, failure, datetime.now(UTC))
    outcome = {
        "move_status": "success" if moved else "nothing_to_move",
        "failed_key": job.failed_key if moved else None,
        "failure_reason": failure["reason"],
    }
    log("file_moved_to_failed", job.job_id, **outcome)
    return {
        **event,
        **_caught_error_in_short(event),
        **outcome,
        "error_key": job.error_key,
        "failure_message": cause_of(failure),
    }


def _caught_error_in_short(event: dict[str, Any]) -> dict[str, Any]:
    """Keep a stack trace, which may quote a cell, out of the states that follow."""
    if "error" not in event:
        return {}
    error_type, message = described_error(event["error"])
    return {"error": {"Error": error_type, "Cause": message}}
