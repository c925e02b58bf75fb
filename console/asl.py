"""A state machine's definition as a graph: its states and the ways between them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

_COMPARISONS: Final = {
    "GreaterThanEquals": "≥",
    "LessThanEquals": "≤",
    "GreaterThan": ">",
    "LessThan": "<",
    "Equals": "=",
    "Matches": "matches",
}
"""How the names of the comparisons end, the longer endings first."""

_LONGEST_CONDITION: Final = 40


@dataclass(frozen=True)
class Way:
    """One way from a state to another.

    Args:
        start: The state it leaves.
        end: The state it leads to; None for the end of the machine.
        label: When it is taken; nothing for always.
        catches: Whether an error takes it.
    """

    start: str
    end: str | None
    label: str = ""
    catches: bool = False


@dataclass
class Graph:
    """The states of a machine, of a branch of a Parallel state, or of the items of a Map state.

    Args:
        first: Where it begins.
        states: The definition of each, by name.
        ways: Between them.
        inner: The graphs inside of Parallel and Map states, by the state's name.
    """

    first: str | None
    states: dict[str, dict[str, Any]]
    ways: list[Way] = field(default_factory=list)
    inner: dict[str, list[Graph]] = field(default_factory=dict)

    def all_states(self) -> dict[str, dict[str, Any]]:
        """Return the states at every depth, by name."""
        found = dict(self.states)
        for graphs in self.inner.values():
            for graph in graphs:
                found |= graph.all_states()
        return found


def read_definition(definition: str) -> Graph:
    """Return the graph of a definition, also of one that is still being typed.

    Args:
        definition: Amazon States Language, as JSON.

    Raises:
        ValueError: It is not JSON, or not an object; the message says where.
    """
    try:
        machine = json.loads(definition)
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg}, line {error.lineno} column {error.colno}") from error
    if not isinstance(machine, dict):
        raise ValueError("not an object: a definition is {...}")
    return _graph(machine)


def _graph(machine: dict[str, Any]) -> Graph:
    states = {
        str(name): state
        for name, state in _dict(machine.get("States")).items()
        if isinstance(state, dict)
    }
    first = machine.get("StartAt")
    graph = Graph(first if first in states else None, states)
    for name, state in states.items():
        graph.ways += [way for way in _ways(name, state) if way.end is None or way.end in states]
        branches = [each for each in state.get("Branches", ()) if isinstance(each, dict)]
        processor = state.get("ItemProcessor", state.get("Iterator"))
        if isinstance(processor, dict):
            branches.append(processor)
        if branches:
            graph.inner[name] = [_graph(branch) for branch in branches]
    return graph


def _ways(name: str, state: dict[str, Any]) -> list[Way]:
    ways = [
        Way(name, str(rule.get("Next")), _condition(rule))
        for rule in state.get("Choices", ())
        if isinstance(rule, dict)
    ]
    if "Default" in state:
        ways.append(Way(name, str(state["Default"]), "Default"))
    if "Next" in state:
        ways.append(Way(name, str(state["Next"])))
    if state.get("End") is True or state.get("Type") in ("Succeed", "Fail"):
        ways.append(Way(name, None))
    ways += [
        Way(
            name,
            str(catch.get("Next")),
            ", ".join(map(str, catch.get("ErrorEquals", ()))),
            catches=True,
        )
        for catch in state.get("Catch", ())
        if isinstance(catch, dict)
    ]
    return ways


def _condition(rule: dict[str, Any]) -> str:
    """Write the condition of a Choice rule so that it fits on an arrow."""
    text = _written(rule)
    return text if len(text) <= _LONGEST_CONDITION else f"{text[:_LONGEST_CONDITION]}…"


def _written(rule: dict[str, Any]) -> str:
    if "Condition" in rule:  # JSONata
        return str(rule["Condition"]).removeprefix("{%").removesuffix("%}").strip()
    for word, joint in (("And", " and "), ("Or", " or ")):
        if isinstance(rule.get(word), list):
            return joint.join(_written(each) for each in rule[word] if isinstance(each, dict))
    if isinstance(rule.get("Not"), dict):
        return f"not ({_written(rule['Not'])})"
    variable = rule.get("Variable", "?")
    for test, value in rule.items():
        if test.startswith("Is") and isinstance(value, bool):
            return f"{variable} {'is' if value else 'is not'} {test[2:].lower()}"
        for ending, sign in _COMPARISONS.items():
            if test.removesuffix("Path").endswith(ending):
                return f"{variable} {sign} {json.dumps(value)}"
    return str(variable)


def _dict(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}
