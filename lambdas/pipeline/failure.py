"""What a failed job's state says about its cause.

An error caught by the state machine carries a Python message and stack trace that may quote a
cell. Only messages known to be free of data are passed on; of others, only the type.
"""

import json
from typing import Any

from pipeline import errors
from pipeline.errors import PipelineError, Rejection
from pipeline.reasons import FILE_SENTENCES, rejection_value

MAX_MESSAGE_CHARACTERS = 300
# Errors of the services and of Lambda itself ("Runtime.ExitError", "Sandbox.Timedout").
_SAFE_PREFIXES = ("Lambda.", "Runtime.", "Sandbox.", "States.")
_SAFE_TYPES = frozenset(
    {
        "ClientError",
        "ConnectTimeoutError",
        "EndpointConnectionError",
        "NoCredentialsError",
        "ReadTimeoutError",
        *(
            name
            for name, value in vars(errors).items()
            if isinstance(value, type) and issubclass(value, PipelineError)
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
    # Without errorType it is Lambda that speaks: "Task timed out after 55.00 seconds".
    safe = "errorType" not in reported or is_safe_type(error_type)
    return error_type, _one_line(str(reported.get("errorMessage", ""))) if safe else ""


def is_safe_type(error_type: str) -> bool:
    """Tell whether errors of this type never quote a user's data in their message."""
    return error_type in _SAFE_TYPES or error_type.startswith(_SAFE_PREFIXES)


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
