"""Why a job failed, from the state of its execution.

An error that the state machine caught has a message and a stack trace. Some Python errors quote a
value in their message, which may be a customer's cell: only the type of these is passed on. Other
messages were written to be shown. A stack trace is never passed on.
"""

import builtins
import json
from typing import cast

from pipeline.errors import Rejection
from pipeline.reasons import FileReason
from pipeline.state import RejectionValue, WorkflowState

MAX_MESSAGE_CHARACTERS = 300
_QUOTING_TYPES = frozenset(
    {
        "JSONDecodeError",
        *(
            name
            for name, value in vars(builtins).items()
            if isinstance(value, type)
            and issubclass(value, ValueError | LookupError | AssertionError)
        ),
    }
)
"""Errors such as `invalid literal for int(): 'Somchai'` and `KeyError: 'Somchai'`."""


def failure_in(state: WorkflowState) -> RejectionValue:
    """Return why a job failed, whatever state it left behind.

    A state can be made by hand, and its job must still reach an outcome: a rejection with an
    unknown reason counts as none.
    """
    if "error" in state:
        error_type, message = described_error(state["error"])
        details = {"error_type": error_type, "failed_state": _unfinished_state(state)}
        if message:
            details["error_message"] = message
        return Rejection(FileReason.PROCESSING_ERROR, details).as_json()
    rejection = state.get("rejection")
    if isinstance(rejection, dict) and _is_file_reason(rejection.get("reason")):
        return cast("RejectionValue", {"message": "", "details": {}, **rejection})
    details = {"error_type": "MissingVerdict", "failed_state": _unfinished_state(state)}
    return Rejection(FileReason.PROCESSING_ERROR, details).as_json()


def _is_file_reason(value: object) -> bool:
    return isinstance(value, str) and value in FileReason


def cause_of(failure: RejectionValue) -> str:
    """Return the sentence an execution ends with.

    That is the failure's message and, where an error was caught, what the error said.
    """
    details = failure["details"] if isinstance(failure["details"], dict) else {}
    if "error_message" not in details:
        return str(failure["message"])
    return f"{failure['message']} [{details['error_type']}: {details['error_message']}]"


def described_error(caught: object) -> tuple[str, str]:
    """Return the type and the safe message of an error that a Catch put into the state.

    Args:
        caught: `{"Error": ..., "Cause": ...}`. The Cause of a function's error is JSON text with
            `errorType` and `errorMessage` (Step Functions developer guide, "Error handling").
    """
    if not isinstance(caught, dict):
        return "Unknown", ""
    name, cause = str(caught.get("Error", "Unknown")), caught.get("Cause", "")
    try:
        reported = json.loads(cause)
    except (TypeError, ValueError):
        reported = None
    if not isinstance(reported, dict):
        return name, _one_line(str(cause))
    error_type = str(reported.get("errorType") or name)
    message = "" if error_type in _QUOTING_TYPES else str(reported.get("errorMessage", ""))
    return error_type, _one_line(message)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:MAX_MESSAGE_CHARACTERS]


def _unfinished_state(state: WorkflowState) -> str:
    for field, name in (
        ("parse_status", "ParseCSV"),
        ("schema_valid", "ValidateSchema"),
        ("transform_status", "TransformData"),
    ):
        if field not in state:
            return name
    return "unknown"
