"""X-Ray: whether the pipeline is traced, and what the trace of a job tells."""

import json
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from course.case import Case
from course.executions import Execution, all_ended, executions_about
from course.finding import Finding, failed, missing, passed
from course.grants import Role, read_role
from course.language import Text
from course.probes import probes
from course.probes.buckets import list_keys
from course.probes.executions import ENDED_WITHIN_SECONDS, refused_file
from course.probes.functions import configuration
from course.probes.roles import role_of_function
from course.probes.state_machines import described_machine, machine_arn
from course.sales import sales_file

TRACED_WITHIN_SECONDS: Final = 15.0
SENDING: Final = "xray:PutTraceSegments"
_AT_ONCE: Final = 5
"""Traces of one BatchGetTraces."""


@probes
def traces_may_be_sent(case: Case, *, machine: str, functions: list[str]) -> Finding:
    """The roles of these functions and of the state machine may send segments."""
    found = described_machine(case, machine)
    if found is None:
        return missing(machine)
    roles: dict[str, Role] = {}
    for function in functions:
        role = role_of_function(case, function)
        if role is None or configuration(case, function) is None:
            return missing(function)
        roles[function] = role
    roles[machine] = read_role(case.client("iam"), found["roleArn"].rpartition("/")[2])
    lacking = {user: role.name for user, role in roles.items() if not role.allows(SENDING, "*")}
    case.seen["may_not_send"] = lacking
    if not lacking:
        return passed()
    names = ", ".join(dict.fromkeys(lacking.values()))
    return failed(
        Text.same(f"{SENDING} on *"),
        Text(th=f"{names} ยังไม่อนุญาต", en=f"{names} does not allow it"),
        f"aws iam list-attached-role-policies --role-name {next(iter(lacking.values()))}",
    )


@probes
def pipeline_is_traced(case: Case, *, machine: str, functions: list[str]) -> Finding:
    """These functions trace actively, and the state machine traces."""
    found = described_machine(case, machine)
    if found is None:
        return missing(machine)
    modes: dict[str, str] = {}
    for function in functions:
        settings = configuration(case, function)
        if settings is None:
            return missing(function)
        modes[function] = settings.get("TracingConfig", {}).get("Mode", "PassThrough")
    passing = [function for function, mode in modes.items() if mode != "Active"]
    is_on = bool(found.get("tracingConfiguration", {}).get("enabled"))
    case.seen["passing"], case.seen["machine_is_off"] = passing, not is_on
    if is_on and not passing:
        return passed()
    actual = [*(f"{each}: PassThrough" for each in passing)]
    if not is_on:
        actual.append(f"{machine}: enabled=false")
    return failed(
        Text.same(f"{', '.join(functions)}: Active; {machine}: enabled=true"),
        Text.same("; ".join(actual)),
        f"aws lambda get-function-configuration --function-name {passing[0]}"
        if passing
        else "aws stepfunctions describe-state-machine --state-machine-arn "
        + machine_arn(case, machine),
    )


@probes
def job_is_one_trace(case: Case, *, machine: str, functions: list[str]) -> Finding:
    """An upload makes one trace with all of these in it, which its job id finds."""
    if described_machine(case, machine) is None:
        return missing(machine)
    job = _job_of_upload(case, machine)
    if job is None:
        return failed(Text.same("uploads/ → execution"), Text.same("-"), "runs")
    wanted = [*functions, machine]

    def look() -> bool:
        trace, documents = _trace_of(case, machine, job)
        names = {str(each["name"]) for each in documents}
        case.seen["trace"], case.seen["segments"] = trace, documents
        case.seen["lacking"] = [each for each in wanted if each not in names]
        case.seen["by_annotation"] = _by_annotation(case, job)
        return not case.seen["lacking"] and case.seen["by_annotation"] == [trace]

    if case.wait_until(look, within_seconds=TRACED_WITHIN_SECONDS):
        return passed(Text.same(case.seen["trace"]))
    lacking, by_annotation = case.seen["lacking"], case.seen["by_annotation"]
    return failed(
        Text(
            th=f'หนึ่ง trace ที่มี {", ".join(wanted)} และ annotation.job_id = "..." หาเจอ',
            en=f'one trace with {", ".join(wanted)}, which annotation.job_id = "..." finds',
        ),
        Text(
            th=f"trace: {'มี' if case.seen['trace'] else 'ไม่มี'}, "
            f"ขาด: {', '.join(lacking) or '-'}, annotation.job_id เจอ {len(by_annotation)}",
            en=f"trace: {'there' if case.seen['trace'] else 'none'}, "
            f"lacking: {', '.join(lacking) or '-'}, annotation.job_id finds {len(by_annotation)}",
        ),
        "logs parse-csv",
    )


@probes
def failed_job_is_fault(case: Case, *, machine: str) -> Finding:
    """A job that fails is a trace in which the state machine has a fault."""
    run = refused_file(case, machine)
    if run is None:
        return missing(machine)
    token, ended = run
    for key in list_keys(case, "failed/", token):
        case.client("s3").delete_object(Bucket=case.raw_bucket, Key=key)
    expression = f'service("{machine}") {{ fault }} AND {_annotated(ended)}'
    if case.wait_until(lambda: summaries(case, expression), within_seconds=TRACED_WITHIN_SECONDS):
        return passed()
    return failed(
        Text.same(f'service("{machine}") {{ fault }} AND annotation.job_id = "..."'),
        Text(th=f"{ended.status}, ไม่เจอ trace", en=f"{ended.status}, and no trace is found"),
        "runs",
    )


def summaries(case: Case, expression: str) -> list[dict[str, Any]]:
    """The traces since the check began that a filter finds."""
    found = case.client("xray").get_trace_summaries(
        StartTime=case.began,
        EndTime=datetime.now(UTC) + timedelta(seconds=1),
        FilterExpression=expression,
    )
    return list(found["TraceSummaries"])


def nodes(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A segment and all its subsegments."""
    yield document
    for each in document.get("subsegments", ()):
        yield from nodes(each)


def _job_of_upload(case: Case, machine: str) -> Execution | None:
    """Upload a good file, and wait until its execution has ended."""
    token = secrets.token_hex(3)
    key = f"uploads/{token}-traced.csv"
    s3, client, arn = case.client("s3"), case.client("stepfunctions"), machine_arn(case, machine)
    s3.put_object(
        Bucket=case.raw_bucket, Key=key, Body=sales_file(case.sandbox.seed("traced"), 3).body
    )

    def look() -> list[Execution]:
        found = executions_about(client, arn, case.began, source_key=key)
        return found if all_ended(found) else []

    try:
        found = case.wait_until(look, within_seconds=ENDED_WITHIN_SECONDS)
    finally:
        s3.delete_object(Bucket=case.raw_bucket, Key=key)
    return found[0] if found else None


def _trace_of(case: Case, machine: str, job: Execution) -> tuple[str, list[dict[str, Any]]]:
    """The id and the segments of the trace in which an execution is; empty without one."""
    ids = [each["Id"] for each in summaries(case, f'service("{machine}")')]
    for trace, documents in _traces(case, ids):
        if any(each.get("aws", {}).get("execution_arn") == job.arn for each in documents):
            return trace, documents
    return "", []


def _traces(case: Case, ids: list[str]) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    for first in range(0, len(ids), _AT_ONCE):
        found = case.client("xray").batch_get_traces(TraceIds=ids[first : first + _AT_ONCE])
        for trace in found["Traces"]:
            yield trace["Id"], [json.loads(each["Document"]) for each in trace["Segments"]]


def _by_annotation(case: Case, job: Execution) -> list[str]:
    return [each["Id"] for each in summaries(case, _annotated(job))]


def _annotated(job: Execution) -> str:
    return f'annotation.job_id = "{job.job.get("job_id", "")}"'
