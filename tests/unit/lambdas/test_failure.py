"""What a failed state says about its cause, and what it must not say."""

import json
from typing import Any, cast

import pytest

from pipeline.failure import cause_of, described_error, failure_in
from pipeline.reasons import FileReason, file_sentence
from pipeline.state import RejectionValue, WorkflowState

REJECTION = {"reason": "empty_file", "message": "ว่าง / Empty", "details": {}}


def failure_of(**fields: object) -> RejectionValue:
    """The failure in a state, which may be made by hand and hold anything."""
    return failure_in(cast("WorkflowState", fields))


def caught(cause: object, name: str = "Exception") -> dict[str, str]:
    return {"Error": name, "Cause": cause if isinstance(cause, str) else json.dumps(cause)}


@pytest.mark.parametrize(
    ("error", "described"),
    [
        (
            caught({"errorType": "ConfigurationError", "errorMessage": "MAX_FILE_BYTES missing"}),
            ("ConfigurationError", "MAX_FILE_BYTES missing"),
        ),
        (
            caught({"errorType": "Runtime.ExitError", "errorMessage": "exit status 1"}),
            ("Runtime.ExitError", "exit status 1"),
        ),
        (
            caught({"errorMessage": "Task timed out after 55.00 seconds"}, "Lambda.Unknown"),
            ("Lambda.Unknown", "Task timed out after 55.00 seconds"),
        ),
        (
            caught({"errorType": "ClientError", "errorMessage": "(AccessDenied)\n GetObject"}),
            ("ClientError", "(AccessDenied) GetObject"),
        ),
        ({"Error": "States.Timeout"}, ("States.Timeout", "")),
        (caught("Rate exceeded", "Lambda.TooManyRequestsException"),
         ("Lambda.TooManyRequestsException", "Rate exceeded")),
        (caught({"errorType": "RuntimeError", "errorMessage": "forced"}),
         ("RuntimeError", "forced")),
        (caught({"errorType": "KeyError", "errorMessage": "'สมชาย'"}), ("KeyError", "")),
        (caught({"errorType": "ValueError", "errorMessage": "float: 'สมชาย'"}), ("ValueError", "")),
        (caught({"errorType": "UnicodeDecodeError", "errorMessage": "0xe0"}),
         ("UnicodeDecodeError", "")),
        ("nonsense", ("Unknown", "")),
    ],
)  # fmt: skip
def test_30_an_error_is_described_by_type_and_message_unless_such_messages_quote_a_cell(
    error: object, described: tuple[str, str]
) -> None:
    assert described_error(error) == described


def test_a_shortened_error_is_described_the_same_again() -> None:
    error_type, message = described_error(
        caught({"errorType": "Runtime.ExitError", "errorMessage": "exit status 1"})
    )
    assert described_error({"Error": error_type, "Cause": message}) == (error_type, message)


def test_a_long_message_is_cut() -> None:
    _, message = described_error(caught({"errorMessage": "x" * 5000}))
    assert len(message) == 300


@pytest.mark.parametrize(
    ("fields", "failed_state"),
    [
        ({}, "ParseCSV"),
        ({"parse_status": "success"}, "ValidateSchema"),
        ({"parse_status": "success", "schema_valid": True}, "TransformData"),
    ],
)
def test_30_the_state_that_failed_is_named(fields: dict[str, Any], failed_state: str) -> None:
    failure = failure_of(**fields, error=caught({"errorType": "KeyError"}))
    assert failure["reason"] == "processing_error"
    assert failure["details"] == {"error_type": "KeyError", "failed_state": failed_state}
    assert "KeyError" in failure["message"]


def test_a_rejection_is_taken_as_it_is() -> None:
    assert failure_of(rejection=REJECTION) == REJECTION


@pytest.mark.parametrize("rejection", [None, "x", {}, {"reason": 5}, {"reason": "ไม่รู้จัก"}])
def test_32_a_failure_without_a_known_verdict_is_a_processing_error(rejection: object) -> None:
    failure = failure_of(rejection=rejection, parse_status="success")
    assert failure["reason"] == "processing_error"
    assert failure["details"] == {
        "error_type": "MissingVerdict",
        "failed_state": "ValidateSchema",
    }


def test_an_error_counts_more_than_a_rejection_because_the_execution_ends_by_it() -> None:
    failure = failure_of(rejection=REJECTION, error=caught({"errorType": "KeyError"}))
    assert failure["reason"] == "processing_error"


def test_30_the_execution_ends_with_what_the_error_said() -> None:
    error = caught({"errorType": "RuntimeError", "errorMessage": "forced"})
    assert cause_of(failure_of(error=error)).endswith("[RuntimeError: forced]")
    assert cause_of(failure_of(rejection=REJECTION)) == "ว่าง / Empty"


@pytest.mark.parametrize("reason", FileReason)
def test_no_sentence_sends_its_reader_to_somebody_else(reason: FileReason) -> None:
    """A student at home has nobody to tell."""
    sentence = file_sentence(reason, {})
    for word in ("whoever", "administrator", "instructor", "แจ้งผู้ดูแล", "ผู้สอน"):
        assert word not in sentence
