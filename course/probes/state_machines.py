"""Step Functions: what a state machine's definition says."""

import json
from typing import Any, Final

from course.case import Case
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.probes import probes
from course.probes.functions import configuration
from course.state_machines import NO_MACHINE, Definition, State, states
from provision.target import unless_missing

LOOK_AT: Final = "aws stepfunctions list-state-machines"
TRANSIENT: Final = ("Lambda.ServiceException", "Lambda.TooManyRequestsException")
"""Errors of Lambda itself, which pass; the least that a Retry must name."""


def machine_arn(case: Case, machine: str) -> str:
    """The ARN of a state machine of the account."""
    return case.sandbox.arn("states", f"stateMachine:{machine}")


def described_machine(case: Case, machine: str) -> dict[str, Any] | None:
    """A state machine as DescribeStateMachine has it, None when there is none."""
    client, arn = case.client("stepfunctions"), machine_arn(case, machine)
    return unless_missing(lambda: client.describe_state_machine(stateMachineArn=arn), NO_MACHINE)


def states_of(case: Case, machine: str, kind: str) -> list[State] | None:
    """The states of one type, such as Task, at any depth; None when there is no such machine."""
    found = described_machine(case, machine)
    if found is None:
        return None
    definition: Definition = json.loads(found["definition"])
    return [each for each in states(definition) if each.fields.get("Type") == kind]


def tasks_of(case: Case, machine: str) -> list[State]:
    """The Task states of a state machine, at any depth."""
    return states_of(case, machine, "Task") or []


@probes
def machine_exists(case: Case, *, machine: str) -> Finding:
    """There is a STANDARD state machine of this name."""
    found = described_machine(case, machine)
    if found and found["type"] == "STANDARD":
        return passed()
    return failed(
        Text.same(f"{machine}: STANDARD"),
        Text.same(f"{machine}: {found['type']}") if found else NOTHING,
        LOOK_AT,
    )


@probes
def tasks_invoke(case: Case, *, machine: str, functions: list[str]) -> Finding:
    """The state machine's tasks invoke all of these functions."""
    tasks = states_of(case, machine, "Task")
    if tasks is None:
        return missing(machine)
    used = [each.function for each in tasks]
    lacking = [name for name in functions if name not in used]
    case.seen["lacking"] = lacking
    if not lacking:
        return passed()
    return failed(
        Text.same(", ".join(functions)),
        Text.same(", ".join(map(str, used)) or "-"),
        LOOK_AT,
    )


@probes
def tasks_catch(case: Case, *, machine: str) -> Finding:
    """Every task has a Catch for errors of any name, or stands in a state that has."""
    tasks = tasks_of(case, machine)
    bare = [
        each.name
        for each in tasks
        if not each.caught and not _names(each.fields.get("Catch", ()), "States.ALL")
    ]
    case.seen["states"] = bare
    if tasks and not bare:
        return passed()
    return failed(
        Text(th="ทุก Task มี Catch ของ States.ALL", en="every Task has a Catch for States.ALL"),
        Text.same(", ".join(bare) or "-"),
        LOOK_AT,
    )


@probes
def tasks_retry_by_name(case: Case, *, machine: str) -> Finding:
    """Every task is retried for Lambda's own errors, and for none that stays the same."""
    tasks = tasks_of(case, machine)
    wide = [each.name for each in tasks if _names(each.fields.get("Retry", ()), "States.ALL")]
    without = [
        each.name
        for each in tasks
        if not all(_names(each.fields.get("Retry", ()), name) for name in TRANSIENT)
    ]
    case.seen["wide"], case.seen["without"] = wide, without
    if tasks and not wide and not without:
        return passed()
    return failed(
        Text.same(f"Retry: {', '.join(TRANSIENT)}, ..."),
        Text.same(f"States.ALL: {', '.join(wide) or '-'}; Retry -: {', '.join(without) or '-'}"),
        LOOK_AT,
    )


@probes
def choices_guarded(case: Case, *, machine: str) -> Finding:
    """No Choice compares a field without asking first whether it is there."""
    choices = states_of(case, machine, "Choice")
    if choices is None:
        return missing(machine)
    open_ones = [each.name for each in choices if not all(map(_is_guarded, _rules(each)))]
    case.seen["states"] = open_ones
    if choices and not open_ones:
        return passed()
    return failed(
        Text(
            th='ทุกเงื่อนไขของ Choice มี "IsPresent": true นำหน้า',
            en='"IsPresent": true in front of every comparison of a Choice',
        ),
        Text.same(", ".join(open_ones) or "Choice: -"),
        LOOK_AT,
    )


@probes
def states_outlast_functions(case: Case, *, machine: str) -> Finding:
    """Every task's TimeoutSeconds is set, and above the timeout of its function."""
    found, tasks = {}, tasks_of(case, machine)
    for each in tasks:
        settings = configuration(case, each.function) if each.function else None
        limit = each.fields.get("TimeoutSeconds")
        if settings and (limit is None or limit <= settings["Timeout"]):
            found[each.name] = (limit, settings["Timeout"])
    case.seen["short"] = found
    if tasks and not found:
        return passed()
    return failed(
        Text(
            th="TimeoutSeconds ของทุก Task มากกว่า timeout ของฟังก์ชัน",
            en="TimeoutSeconds of every Task above its function's timeout",
        ),
        Text.same(", ".join(f"{name}: {a} <= {b}" for name, (a, b) in found.items()) or "-"),
        LOOK_AT,
    )


@probes
def mail_error_keeps_outcome(case: Case, *, machine: str, function: str) -> Finding:
    """A task that mails leads to the same end, whether it succeeds or fails."""
    definition = _definition(case, machine)
    if definition is None:
        return missing(machine)
    named = definition["States"]
    changed = [
        name
        for name, fields in named.items()
        if State(name, fields, caught=False).function == function
        for catch in fields.get("Catch", ())
        if _end_of(named, catch["Next"]) != _end_of(named, fields.get("Next", ""))
    ]
    case.seen["states"] = list(dict.fromkeys(changed))
    if not changed:
        return passed()
    return failed(
        Text(th="Catch ไปจบที่เดียวกับ Next", en="the Catch ends where the Next ends"),
        Text.same(", ".join(case.seen["states"])),
        LOOK_AT,
    )


@probes
def error_leads_to(case: Case, *, machine: str, function: str, to: str) -> Finding:
    """When a task fails for good the next function on its way is this one."""
    definition = _definition(case, machine)
    if definition is None:
        return missing(machine)
    named = definition["States"]
    astray = [
        name
        for name, fields in named.items()
        if State(name, fields, caught=False).function == function
        for catch in fields.get("Catch", ())
        if to not in _functions_from(named, catch["Next"])
    ]
    case.seen["states"] = list(dict.fromkeys(astray))
    if not astray:
        return passed()
    return failed(
        Text.same(f"{function} → Catch → {to}"),
        Text.same(", ".join(case.seen["states"])),
        LOOK_AT,
    )


@probes
def branches_invoke(case: Case, *, machine: str, functions: list[str]) -> Finding:
    """A Parallel state invokes each of these functions, in a branch of its own."""
    parallels = states_of(case, machine, "Parallel")
    if parallels is None:
        return missing(machine)
    sides = [
        [{each.function for each in states(branch)} for branch in state.fields["Branches"]]
        for state in parallels
    ]
    if any(
        all(sum(name in branch for branch in branches) == 1 for name in functions)
        and len(branches) >= len(functions)
        for branches in sides
    ):
        return passed()
    return failed(
        Text.same(f"Parallel: {' | '.join(functions)}"),
        Text.same(f"Parallel: {sides}") if sides else NOTHING,
        LOOK_AT,
    )


@probes
def map_invokes(case: Case, *, machine: str, function: str) -> Finding:
    """A Map state invokes a function for every item."""
    maps = states_of(case, machine, "Map")
    if maps is None:
        return missing(machine)
    inside = [
        each.function
        for state in maps
        for each in states(state.fields.get("ItemProcessor") or state.fields.get("Iterator") or {})
    ]
    if function in inside:
        return passed()
    return failed(
        Text.same(f"Map: {function}"),
        Text.same(f"Map: {inside}") if inside else NOTHING,
        LOOK_AT,
    )


def _definition(case: Case, machine: str) -> Definition | None:
    found = described_machine(case, machine)
    definition: Definition | None = json.loads(found["definition"]) if found else None
    return definition


def _end_of(named: dict[str, Any], name: str) -> str:
    """The first state on the way that ends or decides."""
    seen: set[str] = set()
    while name in named and name not in seen:
        seen.add(name)
        if "Next" not in named[name]:
            break
        name = named[name]["Next"]
    return name


def _functions_from(named: dict[str, Any], name: str) -> list[str | None]:
    """The functions on the way from a state, in order."""
    found: list[str | None] = []
    seen: set[str] = set()
    while name in named and name not in seen:
        seen.add(name)
        found.append(State(name, named[name], caught=False).function)
        name = named[name].get("Next", "")
    return found


def _names(rules: list[dict[str, Any]], error: str) -> bool:
    return any(error in rule.get("ErrorEquals", ()) for rule in rules)


def _rules(state: State) -> list[dict[str, Any]]:
    return [rule for rule in state.fields.get("Choices", ()) if "Condition" not in rule]


def _is_guarded(rule: dict[str, Any]) -> bool:
    """Whether a rule asks IsPresent of each field before it compares it."""
    parts = rule.get("And") or rule.get("Or") or ([rule["Not"]] if "Not" in rule else [rule])
    present = {each.get("Variable") for each in parts if "IsPresent" in each}
    return all("IsPresent" in each or each.get("Variable") in present for each in parts)
