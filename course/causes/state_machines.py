"""Step Functions: how definitions and executions go wrong."""

import json

from course.case import Case, Facts
from course.causes import causes
from course.executions import history_text
from course.probes.queued_jobs import NEEDED
from course.probes.state_machines import described_machine, tasks_of
from course.state_machines import states


@causes
def machine_is_express(case: Case, *, machine: str) -> Facts | None:
    """The state machine is of the other type."""
    found = described_machine(case, machine)
    return {} if found and found["type"] == "EXPRESS" else None


@causes
def functions_not_invoked(case: Case) -> Facts | None:
    """The definition has no task for some functions."""
    lacking = case.seen.get("lacking", [])
    return {"actual": ", ".join(lacking)} if lacking else None


@causes
def states_named(case: Case) -> Facts | None:
    """Some states of the definition do not do what the check asks for."""
    names = case.seen.get("states", [])
    return {"actual": ", ".join(names)} if names else None


@causes
def retry_on_everything(case: Case) -> Facts | None:
    """A task is retried whatever its error is."""
    names = case.seen.get("wide", [])
    return {"actual": ", ".join(names)} if names else None


@causes
def retry_missing(case: Case) -> Facts | None:
    """A task is not retried when Lambda itself fails."""
    names = case.seen.get("without", [])
    return {"actual": ", ".join(names)} if names else None


@causes
def state_shorter_than_function(case: Case) -> Facts | None:
    """A state gives up before its function would."""
    for name, (limit, timeout) in case.seen.get("short", {}).items():
        return {"state": name, "limit": limit or "-", "timeout": timeout}
    return None


@causes
def payload_wrapped(case: Case, *, machine: str) -> Facts | None:
    """A task calls lambda:invoke and hands on the whole answer, the state inside its Payload."""
    wrapped = [each.name for each in tasks_of(case, machine) if each.is_wrapped]
    return {"actual": wrapped[0]} if wrapped else None


@causes
def failure_ends_green(case: Case) -> Facts | None:
    """The file was moved, and the execution ended as a success."""
    return {} if case.seen.get("ended") == ("SUCCEEDED", True, False) else None


@causes
def no_execution_started(case: Case) -> Facts | None:
    """Nothing was started about the job."""
    return {} if case.seen.get("executions") == [] else None


@causes
def executions_differ(case: Case) -> Facts | None:
    """One message started several executions."""
    names = [each.name for each in case.seen.get("executions", ())]
    return {"actual": ", ".join(names)} if len(names) > 1 else None


@causes
def repetition_reported(case: Case) -> Facts | None:
    """The second time a message came it was reported as failed."""
    one = len(case.seen.get("executions", ())) == 1
    return {} if one and case.seen.get("failures") else None


@causes
def history_holds(case: Case, *, word: str) -> Facts | None:
    """The history of the file's execution has this word."""
    client = case.client("stepfunctions")
    for each in case.seen.get("executions", ()):
        if word in history_text(client, each):
            return {"actual": word}
    return None


@causes
def functions_in_sequence(case: Case, *, machine: str, functions: list[str]) -> Facts | None:
    """All the functions are invoked, and not in a Parallel state."""
    used = {each.function for each in tasks_of(case, machine)}
    return {} if set(functions) <= used else None


@causes
def parallel_replaces_state(case: Case, *, machine: str) -> Facts | None:
    """A Parallel state's answer takes the place of the whole state."""
    found = described_machine(case, machine)
    definition = json.loads(found["definition"]) if found else {}
    for each in states(definition):
        if each.fields.get("Type") == "Parallel" and "ResultPath" not in each.fields:
            return {"actual": each.name}
    return None


@causes
def waits_were(case: Case, *, limit: bool, above: bool) -> Facts | None:
    """This is who waited: a file of the limit's size, and one above it."""
    return {} if case.seen.get("waited") == {"limit": limit, "above": above} else None


@causes
def map_missing(case: Case, *, machine: str) -> Facts | None:
    """The definition has no Map state."""
    found = described_machine(case, machine)
    definition = json.loads(found["definition"]) if found else {}
    return None if any(each.fields.get("Type") == "Map" for each in states(definition)) else {}


@causes
def product_sums_fall_short(case: Case) -> Facts | None:
    """The products' sums are less than the file's total."""
    products, short = case.seen.get("sums", (0, False))
    return {"products": products} if short and products else None


@causes
def parameters_missing(case: Case, *, machine: str, function: str) -> Facts | None:
    """A task hands the bare state to a function that wants something beside it."""
    for each in tasks_of(case, machine):
        if each.function == function and "Parameters" not in each.fields:
            return {"actual": each.name}
    return None


@causes
def failure_never_said(case: Case, *, machine: str, function: str) -> Facts | None:
    """No task hands the outcome of a failure to the function that tells people."""
    said = {}
    for each in tasks_of(case, machine):
        if each.function == function:
            given = each.fields.get("Parameters") or {}
            said[each.name] = given.get("Payload", given).get("outcome")
    wrong = said and "failed" not in said.values()
    return (
        {"actual": ", ".join(said), "outcome": ", ".join(map(str, said.values()))}
        if wrong
        else None
    )


@causes
def told_more_than_once(case: Case) -> Facts | None:
    """One file was told of several times."""
    told = case.seen.get("told", [])
    return {"actual": len(told)} if len(told) > 1 else None


@causes
def rejection_unread(case: Case, *, machine: str) -> Facts | None:
    """No Choice of the definition looks at the rejection in a job."""
    found = described_machine(case, machine)
    told = ", ".join(case.seen.get("told", [])) or "-"
    return None if found is None or "$.rejection" in found["definition"] else {"actual": told}


@causes
def execution_input_lacks(case: Case) -> Facts | None:
    """The newest execution about the file was started without something that its states need."""
    for each in case.seen.get("executions", ())[:1]:
        lacking = [name for name in (*NEEDED, "submitted_at") if not each.job.get(name)]
        if lacking:
            return {"missing": ", ".join(lacking)}
    return None
