"""move-to-failed: moves a failed job's file under failed/, with its reason."""

from datetime import UTC, datetime

from move_to_failed.moving import explain_in_place, move_to_failed
from pipeline.clients import s3_client, transient_errors_named
from pipeline.failure import cause_of, described_error, failure_in
from pipeline.job import Job
from pipeline.logs import log
from pipeline.state import CaughtError, Outcome, RejectionValue, WorkflowState

s3 = s3_client()


def lambda_handler(event: WorkflowState, _context: object) -> WorkflowState:
    """Return the state with where the file is now and why.

    If the state says that moving has failed, only the reason is written.
    """
    job = Job.from_state(event)
    failure = failure_in(event)
    caught = _caught_errors_in_short(event)
    place = explain_in_place if "move_error" in event else move_to_failed
    with transient_errors_named():
        placement = place(s3, job, failure, datetime.now(UTC))
    outcome: Outcome = {
        "move_status": placement.status,
        "failed_key": placement.failed_key,
        "file_key": placement.file_key,
        "failure_reason": failure["reason"],
    }
    log("file_moved_to_failed", job.job_id, **outcome)
    return {
        **event,
        **caught,
        **outcome,
        "error_key": job.error_key,
        "failure_message": _cause(failure, caught),
    }


def _caught_errors_in_short(event: WorkflowState) -> WorkflowState:
    """Return the caught errors without stack traces, which may quote a cell."""
    caught: WorkflowState = {}
    if "error" in event:
        caught["error"] = _in_short(event["error"])
    if "move_error" in event:
        caught["move_error"] = _in_short(event["move_error"])
    return caught


def _in_short(error: CaughtError) -> CaughtError:
    error_type, message = described_error(error)
    return {"Error": error_type, "Cause": message}


def _cause(failure: RejectionValue, caught: WorkflowState) -> str:
    """Return the execution's cause: why it failed, and why its file was not moved."""
    cause = cause_of(failure)
    if "move_error" not in caught:
        return cause
    move_error = caught["move_error"]
    return f"{cause} [not moved: {move_error['Error']}: {move_error['Cause']}]"
