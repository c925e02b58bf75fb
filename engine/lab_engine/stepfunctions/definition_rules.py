"""What Step Functions finds wrong with a state machine's definition, without any AWS call.

Sources: the ValidateStateMachineDefinition API reference (the codes), the Amazon States Language
specification, LocalStack's recordings of AWS, and refusals of AWS that others have published
(localstack/localstack#11978, aws-cloudformation/cfn-lint#4073, #4074 and #4077,
floci-io/floci#2735). AWS makes no promise about the wording.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

_TYPES = ("Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map")
_WITH_NEXT_OR_END = frozenset({"Task", "Wait", "Pass", "Parallel", "Map"})
"""The types that have either a Next or an End."""

_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12})?:[^\s{}<>]+")
_ACTIVITY = re.compile(r"arn:[^:]*:states:[^:]*:[^:]*:activity:.*")
_PATTERN = re.compile(r"arn:[^:]*:states:::.*(?P<pattern>\.sync|\.waitForTaskToken)(:\d)?")
_NOT_EXPRESS = {
    ".sync": "'.sync' service integration",
    ".waitForTaskToken": "'.waitForTaskToken' service integration ",  # AWS has the space too
}


@dataclass(frozen=True)
class Diagnostic:
    """One error, as ValidateStateMachineDefinition lists it."""

    code: str
    message: str
    location: str | None = None

    def __str__(self) -> str:
        """Return the text in the message of an InvalidDefinition."""
        return f"{self.code}: {self.message} at {self.location or 'null'}"


def diagnose(definition: str, *, is_express: bool = False) -> list[Diagnostic]:
    """Find what AWS refuses.

    Fields and their values are checked first; the connections of states only if those are right.

    Args:
        definition: The state machine in the Amazon States Language.
        is_express: Whether its type is EXPRESS.

    Returns:
        The errors, in the definition's order. The list is empty if AWS accepts the definition, or
        if no rule here covers its error.
    """
    try:
        return _errors(definition, is_express)
    except json.JSONDecodeError as error:
        location = f"[line: {error.lineno}, column: {error.colno}]"
        return [Diagnostic("INVALID_JSON_DESCRIPTION", error.msg, location)]
    except RecursionError:
        return [Diagnostic("TOO_DEEPLY_NESTED", "The states are too deeply nested")]


def _errors(definition: str, is_express: bool) -> list[Diagnostic]:
    machine = json.loads(definition) if definition.strip() else None
    if not isinstance(machine, dict):
        return [_schema("Definition must be a valid JSON object")]
    containers = list(_containers("", machine))
    errors = [
        error
        for location, container in containers
        for error in _field_errors(location, container, machine, is_express)
    ]
    return errors or list(_connection_errors(containers))


def _schema(message: str, location: str | None = None) -> Diagnostic:
    return Diagnostic("SCHEMA_VALIDATION_FAILED", message, location)


def _containers(location: str, container: Json) -> Iterator[tuple[str, Json]]:
    """Yield the location and content of the machine, each branch and each item processor."""
    yield location, container
    for at, _, state in _states(location, container):
        branches = [(f"Branches[{n}]", branch) for n, branch in _entries(state, "Branches")]
        processors = [(name, state.get(name)) for name in ("ItemProcessor", "Iterator")]
        for name, inner in branches + processors:
            if isinstance(inner, dict):
                yield from _containers(f"{at}/{name}", inner)


def _states(location: str, container: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield the location, name and content of each state of one container."""
    states = container.get("States")
    for name, state in states.items() if isinstance(states, dict) else ():
        if isinstance(state, dict):
            yield f"{location}/States/{name}", name, state


def _entries(state: Json, field: str) -> list[tuple[int, Json]]:
    """Return the objects in a field that is an array, with their indexes."""
    entries = state.get(field)
    return [
        (n, entry)
        for n, entry in enumerate(entries if isinstance(entries, list) else ())
        if isinstance(entry, dict)
    ]


def _text(state: Json, field: str) -> str | None:
    """Return a field if it is a string; LocalStack's grammar refuses other values."""
    value = state.get(field)
    return value if isinstance(value, str) else None


# --- fields ----------------------------------------------------------------------------------


def _field_errors(
    location: str, container: Json, machine: Json, is_express: bool
) -> Iterator[Diagnostic]:
    missing = [name for name in ("States", "StartAt") if name not in container]
    if missing:
        yield _schema(f"These fields are required: [{', '.join(missing)}]", location or "/")
    for at, _, state in _states(location, container):
        kind, resource = _text(state, "Type"), _text(state, "Resource")
        if kind and kind not in _TYPES:
            allowed = ", ".join(_TYPES)
            message = f"The field 'Type' should have one of these values: [{allowed}]"
            yield _schema(message, f"{at}/Type")
        if machine.get("QueryLanguage") == "JSONata" and state.get("QueryLanguage") == "JSONPath":
            message = (
                "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"
            )
            yield _schema(message, at)
        yield from _next_or_end_errors(at, state)
        if kind == "Task" and resource is not None:
            yield from _resource_errors(f"{at}/Resource", resource, is_express)


def _next_or_end_errors(at: str, state: Json) -> Iterator[Diagnostic]:
    """Check that the state has exactly one way to continue or to end."""
    if _text(state, "Type") in _WITH_NEXT_OR_END:
        ways = [state.get("Next") is not None, state.get("End") is True]
        if all(ways):
            yield _schema("There should only be one of the following fields: [Next, End]", at)
        if not any(ways):
            message = "This object should have only one of the following fields: [Next, End]"
            yield _schema(message, at)
    for field in ("Choices", "Catch"):
        for n, entry in _entries(state, field):
            if "Next" not in entry:
                yield _schema("These fields are required: [Next]", f"{at}/{field}[{n}]")


def _resource_errors(at: str, resource: str, is_express: bool) -> Iterator[Diagnostic]:
    if not _ARN.fullmatch(resource):
        yield _schema("Value is not a valid resource ARN", at)
    if not is_express:
        return
    if _ACTIVITY.fullmatch(resource):
        yield _schema("Express state machine does not support Activity ARN", at)
    if found := _PATTERN.fullmatch(resource):
        what = _NOT_EXPRESS[found["pattern"]]
        yield _schema(f"Express state machine does not support {what}", at)


# --- connections -----------------------------------------------------------------------------


def _connection_errors(containers: list[tuple[str, Json]]) -> Iterator[Diagnostic]:
    for location, container in containers:
        yield from _dangling(location, container)
        if not location and not _has_end(container):
            yield Diagnostic("MISSING_END_STATE", "Workflow has no terminal state")
        else:
            yield from _unreachable(location, container)


def _dangling(location: str, container: Json) -> Iterator[Diagnostic]:
    """Find transitions to a missing state; AWS calls each of them 'Next', whatever the field."""
    names = {name for _, name, _ in _states(location, container)}
    ways = _targets(location, container, ("StartAt",))
    for at, _, state in _states(location, container):
        ways += _transitions(at, state)
    for at, target in ways:
        if target not in names:
            yield _transition(f"Missing 'Next' target: {target}", at)


def _transitions(at: str, state: Json) -> list[tuple[str, str]]:
    """Return the transitions of one state: the location and the target of each."""
    ways = _targets(at, state, ("Next", "Default"))
    for field in ("Choices", "Catch"):
        for n, entry in _entries(state, field):
            ways += _targets(f"{at}/{field}[{n}]", entry, ("Next",))
    return ways


def _targets(at: str, holder: Json, fields: tuple[str, ...]) -> list[tuple[str, str]]:
    found = [(f"{at}/{field}", _text(holder, field)) for field in fields]
    return [(location, target) for location, target in found if target is not None]


def _has_end(container: Json) -> bool:
    return any(
        _text(state, "Type") in {"Succeed", "Fail"} or state.get("End") is True
        for _, _, state in _states("", container)
    )


def _unreachable(location: str, container: Json) -> Iterator[Diagnostic]:
    """Find the states that cannot be reached from StartAt."""
    ways = {name: _transitions("", state) for _, name, state in _states(location, container)}
    reached: set[str] = set()
    waiting = [_text(container, "StartAt")]
    while waiting:
        name = waiting.pop()
        if name in ways and name not in reached:
            reached.add(name)
            waiting += [target for _, target in ways[name]]
    for at, name, _ in _states(location, container):
        if name not in reached:
            yield _transition(f'State "{name}" is not reachable.', at)


def _transition(message: str, location: str) -> Diagnostic:
    return Diagnostic("MISSING_TRANSITION_TARGET", message, location)
