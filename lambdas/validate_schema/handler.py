"""validate-schema: checks whether a parsed file has the required columns."""

from pipeline.errors import MalformedJobError, Rejection
from pipeline.logs import log
from pipeline.reasons import FileReason
from pipeline.schema import REQUIRED_COLUMNS, missing_columns
from pipeline.state import WorkflowState


def lambda_handler(event: WorkflowState, _context: object) -> WorkflowState:
    """Return the state with the verdict; a rejected file stays rejected."""
    if "rejection" in event:
        checked: WorkflowState = {"schema_valid": False, "validation_status": "failed"}
    else:
        checked = _check(event)
    log(
        "schema_checked",
        event.get("job_id"),
        schema_valid=checked["schema_valid"],
        missing_columns=checked.get("missing_columns", []),
    )
    return {**event, **checked}


def _check(event: WorkflowState) -> WorkflowState:
    if "columns" not in event:
        raise MalformedJobError("the state lacks columns: has parse-csv run?")
    missing = missing_columns(event["columns"])
    present = len(REQUIRED_COLUMNS) - len(missing)
    verdict: WorkflowState = {
        "schema_valid": not missing,
        "validation_status": "failed" if missing else "passed",
        "missing_columns": missing,
        "extra_column_count": event.get("column_count", present) - present,
    }
    if missing:
        verdict["rejection"] = Rejection(FileReason.MISSING_COLUMNS, {"columns": missing}).as_json()
    return verdict
