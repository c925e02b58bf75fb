"""The workflow's state as its readers know it: what docs/contracts.md says of it.

A student's own functions may write anything there, so a reader checks the values that it needs.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypedDict, cast

if TYPE_CHECKING:
    from collections.abc import Mapping


class Rejection(TypedDict, total=False):
    """Why a file was not accepted."""

    reason: str
    message: str
    details: dict[str, Any]


class WorkflowState(TypedDict, total=False):
    """The job message, and what the functions add to it."""

    job_id: str
    source_bucket: str
    source_key: str
    destination_bucket: str
    submitted_at: str
    event_time: str
    etag: str
    row_count: int
    rejection: Rejection
    unread: str

    output_key: str
    total_rows: int
    rejected_rows: int
    total_revenue: float
    total_revenue_text: str

    failed_key: str | None
    error_key: str | None
    failure_reason: str | None
    failure_message: str | None


def json_object(text: str | None) -> dict[str, Any]:
    """Return JSON text as an object; an empty one for anything else, such as a hand-made input."""
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def as_state(values: Mapping[str, Any]) -> WorkflowState:
    """Return values as a state; none of them is checked here."""
    return cast("WorkflowState", values)


def read_state(text: str | None) -> WorkflowState:
    """Return the state in an execution's input or output; an empty one where there is none."""
    return as_state(json_object(text))


def last_state(events: list[dict[str, Any]]) -> WorkflowState:
    """Return what a failed execution knew last: the input of the state it entered last.

    A failed execution has no output (Step Functions API, DescribeExecution).
    """
    for event in reversed(events):
        entered = event.get("stateEnteredEventDetails")
        if entered:
            return read_state(entered.get("input"))
    return {}


def rejection_in(state: WorkflowState) -> Rejection:
    """Return the rejection that a state holds; an empty one where it holds none."""
    rejection = state.get("rejection")
    return rejection if isinstance(rejection, dict) else {}


def whole_number(value: object) -> int | None:
    """Return a value that is a whole number, else None."""
    return value if isinstance(value, int) else None
