"""The workflow's state as its readers know it: typed as the functions type it, and read with care.

A student's own functions may write anything there, so a reader checks the values that it needs.
Only the types come from the functions; nothing of them is imported when the lab runs.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.state import WorkflowState


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


def rejection_in(state: WorkflowState) -> Mapping[str, Any]:
    """Return the rejection that a state holds; an empty one where it holds none."""
    rejection = state.get("rejection")
    return rejection if isinstance(rejection, dict) else {}


def whole_number(value: object) -> int | None:
    """Return a value that is a whole number, else None."""
    return value if isinstance(value, int) else None
