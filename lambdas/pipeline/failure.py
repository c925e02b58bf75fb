"""What a failed job's state says about its cause.

An error caught by the state machine carries a message and a stack trace, and some Python errors
quote the value they met: a customer's cell. Of those only the type is passed on, and no stack trace
ever; every other message is somebody's deliberate sentence and is shown.
"""

import builtins
import json
from typing import Any

from pipeline.errors import Rejection
from pipeline.reasons import FILE_SENTENCES, rejection_value

MAX_MESSAGE_CHARACTERS = 300
# "invalid literal for int(): 'Somchai'", "KeyError: 'Somchai'", "assert name == 'Somchai'"
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


def failure_in(state: dict[str, Any]) -> dict[str, Any]:
    """Return reason, message and details of a job that failed, whatever state it left behind."""
    if "error" in state:
        error_type, message = described_error(state["error"])
        details = {"error_type": error_type, "failed_state": _unfinished_state(state)}
        if message:
            details["error_message"] = message
        return rejection_value(Rejection("processing_error", details))
    rejection = state.get("rejection")
    if isinstance(rejection, dict) and rejection.get("reason") in FILE_SENTENCES:
        return {"message": "", "details": {}, **rejection}
    details = {"error_type": "MissingVerdict", "failed_state": _unfinished_state(state)}
    return rejection_value(Rejection("processing_error", details))


def cause_of(failure: dict[str, Any]) -> str:
    """Return the sentence an execution ends with: the message and, of an error, what it said."""
    details = failure["details"] if isinstance(failure["details"], dict) else {}
    if "error_message" not in details:
        return str(failure["message"])
    return f"{failure['message']} [{details['error_type']}: {details['error_message']}]"


def described_error(caught: Any) -> tuple[str, str]:
    """Return type and safe message of an error that a Catch put into the state.

    Args:
        caught: `{"Error": ..., "Cause": ...}`; the Cause of a function's error is JSON text with
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


def _unfinished_state(state: dict[str, Any]) -> str:
    for field, name in (
        ("parse_status", "ParseCSV"),
        ("schema_valid", "ValidateSchema"),
        ("transform_status", "TransformData"),
    ):
        if field not in state:
            return name
    return "unknown"
