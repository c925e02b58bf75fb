"""Where an execution goes on whose thread is gone."""

import json
from typing import Any

import pytest

from lab_engine.state.executions import resumption

TOP_LEVEL = {"Parse", "Transform", "EachProduct"}


def entered(name: str, value: Any) -> dict[str, Any]:
    return {"stateEnteredEventDetails": {"name": name, "input": json.dumps(value)}}


def left(name: str, value: Any) -> dict[str, Any]:
    return {"stateExitedEventDetails": {"name": name, "output": json.dumps(value)}}


STARTED: dict[str, Any] = {"type": "ExecutionStarted"}
TASK: dict[str, Any] = {"type": "LambdaFunctionScheduled"}


@pytest.mark.parametrize(
    ("history", "upcoming", "kept", "state", "value"),
    [
        ([], None, 0, None, "given"),
        ([STARTED], "Parse", 0, None, "given"),
        ([STARTED, entered("Parse", 1), TASK], "Parse", 1, "Parse", 1),
        ([STARTED, entered("Parse", 1), TASK, left("Parse", 2)], "Transform", 4, "Transform", 2),
        (
            [STARTED, entered("Parse", 1), left("Parse", 2), entered("Transform", 2), TASK],
            "Transform", 3, "Transform", 2,
        ),
        ([STARTED, entered("Parse", 1), left("Parse", 2)], None, 1, "Parse", 1),
        (
            [STARTED, entered("EachProduct", [1]), entered("Inner", 1), left("Inner", 2)],
            "EachProduct", 1, "EachProduct", [1],
        ),
    ],
    ids=[
        "not begun", "begun", "in a task", "between two states", "in the second",
        "at the end of the last", "inside a map",
    ],
)  # fmt: skip
def test_it_goes_on_at_the_top_level_state_that_it_entered_last(
    history: list[dict[str, Any]], upcoming: str | None, kept: int, state: str | None, value: Any
) -> None:
    found = resumption(history, upcoming, "given", TOP_LEVEL)
    assert found == (history[:kept], state, value)
