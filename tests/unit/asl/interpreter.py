"""Runs a definition's control flow over plain functions: what the tests of its routing need.

Retries are left out (an error is taken as final), and only the JSONPath forms the definition uses
are understood; anything else fails.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

State = dict[str, Any]


class TaskError(Exception):
    """What a task's function raises to fail with an error name."""

    def __init__(self, name: str, cause: str = "{}") -> None:
        super().__init__(name)
        self.caught = {"Error": name, "Cause": cause}


@dataclass
class Outcome:
    """How an execution ended: the states it passed, the last state's data, error and cause."""

    path: list[str]
    data: State
    error: str | None = None
    cause: str | None = None


def run(definition: State, data: State, tasks: dict[str, Callable[[State], State]]) -> Outcome:
    name = definition["StartAt"]
    path: list[str] = []
    while True:
        path.append(name)
        assert len(path) < 50, f"endless: {path}"
        state = definition["States"][name]
        match state["Type"]:
            case "Succeed":
                return Outcome(path, data)
            case "Fail":
                cause = state["Cause"] if "Cause" in state else _value(data, state["CausePath"])
                return Outcome(path, data, state["Error"], cause)
            case "Choice":
                chosen = (rule["Next"] for rule in state["Choices"] if _holds(rule, data))
                name = next(chosen, state["Default"])
            case "Pass":
                data = {**data, _field(state["ResultPath"]): state["Result"]}
                name = state["Next"]
            case "Task":
                name, data = _run_task(state, data, tasks[name])
            case other:
                raise NotImplementedError(other)


def _run_task(state: State, data: State, task: Callable[[State], State]) -> tuple[str, State]:
    payload = _payload(state["Parameters"], data) if "Parameters" in state else data
    try:
        return state["Next"], task(payload)
    except TaskError as error:
        name = error.caught["Error"]
        catch = next(catch for catch in state["Catch"] if _catches(catch["ErrorEquals"], name))
        return catch["Next"], {**data, _field(catch["ResultPath"]): error.caught}


def _catches(names: list[str], error: str) -> bool:
    is_excepted = error in {"States.DataLimitExceeded", "States.Runtime"}
    return error in names or ("States.ALL" in names and not is_excepted)


def _payload(template: State, data: State) -> State:
    return {
        name.removesuffix(".$"): _value(data, value) if name.endswith(".$") else value
        for name, value in template.items()
    }


def _holds(rule: State, data: State) -> bool:
    if "And" in rule:
        return all(_holds(part, data) for part in rule["And"])
    if "IsPresent" in rule:
        return (_field(rule["Variable"]) in data) is rule["IsPresent"]
    value = data[_field(rule["Variable"])]  # as States.Runtime, where it is not guarded
    if "BooleanEquals" in rule:
        return value is rule["BooleanEquals"]
    return bool(value == rule["StringEquals"])


def _value(data: State, path: str) -> Any:
    return data if path == "$" else data[_field(path)]


def _field(path: str) -> str:
    assert path.startswith("$."), path
    name = path[2:]
    assert name.isidentifier(), f"not a plain field: {path}"
    return name
