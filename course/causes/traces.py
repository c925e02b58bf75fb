"""X-Ray: how a trace gets lost."""

import json

from course.case import Case, Facts
from course.causes import causes
from course.probes.traces import nodes


@causes
def function_may_not_send(case: Case, *, machine: str) -> Facts | None:
    """The role of a function may not send segments."""
    lacking = case.seen.get("may_not_send", {})
    roles = dict.fromkeys(role for user, role in lacking.items() if user != machine)
    return {"actual": ", ".join(roles)} if roles else None


@causes
def machine_may_not_send(case: Case, *, machine: str) -> Facts | None:
    """The role of the state machine may not send segments."""
    role = case.seen.get("may_not_send", {}).get(machine)
    return {"actual": role} if role else None


@causes
def machine_is_not_traced(case: Case) -> Facts | None:
    """The state machine does not trace."""
    return {} if case.seen.get("machine_is_off") else None


@causes
def first_is_not_traced(case: Case, *, function: str) -> Facts | None:
    """The function in which a trace begins does not trace."""
    return {} if function in case.seen.get("passing", ()) else None


@causes
def functions_are_not_traced(case: Case) -> Facts | None:
    """Some functions do not trace."""
    passing = case.seen.get("passing", ())
    return {"actual": ", ".join(passing)} if passing else None


@causes
def job_id_is_metadata(case: Case) -> Facts | None:
    """What a function tells of its job is no annotation."""
    found = (node for each in case.seen.get("segments", ()) for node in nodes(each))
    return {} if any("job_id" in json.dumps(each.get("metadata")) for each in found) else None


@causes
def annotation_is_elsewhere(case: Case) -> Facts | None:
    """The annotation of a job is in another trace than the job."""
    trace, found = case.seen.get("trace"), case.seen.get("by_annotation", ())
    return {} if trace and found and trace not in found else None
