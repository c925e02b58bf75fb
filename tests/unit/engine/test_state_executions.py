"""Where an execution goes on whose thread is gone, and how those that ended are written."""

import hashlib
import json
from typing import Any

import pytest
from localstack.aws.api.stepfunctions import ExecutionStatus
from localstack.services.stepfunctions.backend.execution import Execution

from lab_engine.growing import Growing
from lab_engine.state import executions
from lab_engine.state.codec import Sealed
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


# -- pages of executions that ended -----------------------------------------------------------

PAGE = executions._PAGE_EXECUTIONS


def ended(number: int) -> Any:
    """An execution as LocalStack has it: with a state machine of its own."""
    execution = Execution.__new__(Execution)
    vars(execution).update(
        name=f"e{number}",
        exec_status=ExecutionStatus.SUCCEEDED,
        state_machine={"definition": "the same"},
        exec_worker=executions._Over([{"id": 1, "type": "ExecutionStarted"}]),
    )
    return execution


def many(count: int) -> Growing:
    return Growing({f"arn:{n}": ended(n) for n in range(count)})


def pages(entries: list[Any]) -> list[Any]:
    return [each for each in entries if isinstance(each, dict)]


def brought_back(entries: list[Any]) -> Growing:
    """What a lab has that has read what another one has written."""
    contents: dict[str, bytes] = {}

    def kept(part: Sealed) -> Sealed:
        (content,) = part.pieces()
        name = hashlib.sha256(content).hexdigest()
        contents[name] = content
        return Sealed.unread(name, lambda: contents[name])

    read = [
        {name: kept(part) for name, part in each.items()} if isinstance(each, dict) else each
        for each in entries
    ]
    region: dict[str, Any] = {executions.ATTRIBUTE: read}
    accounts = {"0": {"regions": {"r": region}}}
    executions.open_sealed({"stores": {"stepfunctions": {"accounts": accounts}}})
    opened: Growing = region[executions.ATTRIBUTE]
    return opened


def test_executions_that_ended_are_written_by_the_page_and_the_page_stays() -> None:
    store = many(2 * PAGE + 3)
    first = executions.written(store)
    store["arn:new"] = ended(10**6)
    second = executions.written(store)
    assert len(pages(first)) == 2
    assert pages(second) == pages(first)
    assert [each[0] for each in second if isinstance(each, list)] == [
        f"arn:{2 * PAGE}", f"arn:{2 * PAGE + 1}", f"arn:{2 * PAGE + 2}", "arn:new",
    ]  # fmt: skip


def test_a_page_with_an_execution_that_runs_is_not_written_as_one() -> None:
    store = many(2 * PAGE)
    store["arn:3"].exec_status = ExecutionStatus.RUNNING
    entries = executions.written(store)
    assert len(pages(entries)) == 1
    assert len(entries) == PAGE + 1
    store["arn:3"].exec_status = ExecutionStatus.ABORTED
    assert len(pages(executions.written(store))) == 2


def test_a_history_to_which_a_late_thread_adds_makes_another_page() -> None:
    store = many(PAGE)
    (first,) = executions.written(store)
    store["arn:7"].exec_worker.env.event_manager._history_event_list.append({"id": 2})
    executions.written(store)
    store["arn:7"].exec_worker.env.event_manager._history_event_list.append({"id": 3})
    (second,) = executions.written(store)
    assert second["histories"].value[7][-1] == {"id": 3}
    assert first["histories"] is not second["histories"]


def test_an_output_that_is_set_after_the_status_makes_another_page() -> None:
    store = many(PAGE)
    executions.written(store)
    store["arn:3"].output = {"done": True}
    (page,) = executions.written(store)
    assert page["records"].value[3][1]["output"] == {"done": True}


def test_executions_share_one_state_machine_when_they_have_ended() -> None:
    store = many(PAGE)
    executions.written(store)
    assert len({id(each.state_machine) for each in store.values()}) == 1


def test_executions_of_a_page_come_back_in_their_order_and_the_page_stays() -> None:
    entries = executions.written(many(PAGE + 1))
    store = brought_back(entries)
    assert list(store) == [f"arn:{n}" for n in range(PAGE + 1)]
    for each in list(store.values())[:PAGE]:
        each.exec_worker = executions._Over(vars(each).pop(executions._HISTORY))
    page, _single = executions.written(store)
    assert page["histories"].is_unread  # nobody has asked for a history
    seen = store["arn:5"].exec_worker.env.event_manager._history_event_list
    assert seen == [{"id": 1, "type": "ExecutionStarted"}]
    again, _single = executions.written(store)
    assert again["histories"] is page["histories"]


@pytest.mark.parametrize(
    "entries",
    [{}, [{"records": 1, "histories": 2}], [{"records": Sealed([])}], ["arn"], [[1, 2]],
     [{"records": Sealed([["arn", {"not a field": 1}]]), "histories": Sealed([[]])}],
     [{"records": Sealed([["arn", {"exec_status": "FAILED"}]]), "histories": Sealed(["x"])}],
     [{"records": Sealed([["arn", {"exec_status": "FAILED"}]]), "histories": Sealed([])}],
     [{"records": Sealed([["arn", {"exec_status": "RUNNING"}]]), "histories": Sealed([[]])}]],
    ids=["no list", "no parts", "half a page", "a text", "a number", "no field",
         "a text for a history", "no history", "one that runs"],
)  # fmt: skip
def test_what_is_no_page_of_executions_is_refused(entries: Any) -> None:
    with pytest.raises((AttributeError, LookupError, TypeError, ValueError)):
        executions._opened(entries)
