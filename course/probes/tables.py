"""DynamoDB: the table of jobs, and what is written into it."""

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from course.case import Case
from course.event_rules import execution_event
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.probes import probes
from course.probes.executions import accepted_file
from course.probes.functions import configuration, invoke, last_words
from provision.target import unless_missing

KEY: Final = "job_id"
RECORDED_WITHIN_SECONDS: Final = 20.0


def described_table(case: Case, table: str) -> dict[str, Any] | None:
    """Return a table as DynamoDB describes it; None when there is none of this name."""
    client = case.client("dynamodb")
    found: dict[str, Any] | None = unless_missing(
        lambda: client.describe_table(TableName=table)["Table"], "ResourceNotFoundException"
    )
    return found


def key_of(table: dict[str, Any]) -> list[str]:
    """Return a table's key: each attribute with its type and its kind, `job_id S HASH`."""
    types = {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]}
    return [
        f"{each['AttributeName']} {types[each['AttributeName']]} {each['KeyType']}"
        for each in table["KeySchema"]
    ]


@probes
def table_has_key(case: Case, *, table: str) -> Finding:
    """There is a table, and its key is one string, the job's id."""
    found = described_table(case, table)
    case.seen["key"] = key_of(found) if found else []
    if case.seen["key"] == [f"{KEY} S HASH"]:
        return passed()
    return failed(
        Text.same(f"{table}: {KEY} S HASH"),
        Text.same(f"{table}: {', '.join(case.seen['key'])}") if found else NOTHING,
        "aws dynamodb list-tables",
    )


@probes
def function_records(
    case: Case, *, function: str, table: str, machine: str, events: Sequence[str]
) -> Finding:
    """Told of a job by these events, one after the other, the function writes how it ended."""
    if described_table(case, table) is None or configuration(case, function) is None:
        return missing(table if configuration(case, function) else function)
    ended = next(each for each in events if each != "RUNNING")
    job_id = f"job-{secrets.token_hex(3)}"
    job = {"job_id": job_id, "source_key": f"uploads/{job_id}.csv"}
    with _item(case, table, job_id) as item:
        for status in events:
            event = execution_event(case.sandbox, machine, status)
            event["time"] = datetime.now(UTC).isoformat(timespec="seconds")
            event["detail"]["input"] = json.dumps(job)
            answered = invoke(case, function, event)
            case.seen["answered"] = answered
            if "FunctionError" in answered:
                return failed(
                    Text.same(f"{table}: {status}"),
                    Text.same(last_words(answered)),
                    f"logs {function}",
                )
        written = item()
    return _compared(case, table, job, ended, written)


@probes
def execution_recorded(case: Case, *, function: str, table: str, machine: str) -> Finding:
    """When an execution ends, the table tells so of its job."""
    if described_table(case, table) is None or configuration(case, function) is None:
        return missing(table if configuration(case, function) else function)
    run = accepted_file(case, machine)
    if run is None:
        return missing(machine)
    _, ended = run
    with _item(case, table, str(ended.job["job_id"])) as item:
        case.wait_until(
            lambda: item().get("status") == ended.status, within_seconds=RECORDED_WITHIN_SECONDS
        )
        written = item()
    return _compared(case, table, ended.job, ended.status, written)


def _compared(
    case: Case, table: str, job: dict[str, Any], status: str, written: dict[str, str]
) -> Finding:
    case.seen["written"] = written
    wanted = {"status": status, "source_key": str(job["source_key"])}
    if wanted.items() <= written.items():
        return passed()
    shown = {name: written[name] for name in wanted if name in written}
    return failed(
        Text.same(f"{job['job_id']}: {json.dumps(wanted)}"),
        Text.same(f"{job['job_id']}: {json.dumps(shown)}") if written else NOTHING,
        f"aws dynamodb scan --table-name {table}",
    )


@contextmanager
def _item(case: Case, table: str, job_id: str) -> Iterator[Any]:
    """Yield what reads one item, its strings by name; the item is taken away at the end."""
    client = case.client("dynamodb")
    where = {KEY: {"S": job_id}}

    def read() -> dict[str, str]:
        found = client.get_item(TableName=table, Key=where, ConsistentRead=True).get("Item", {})
        return {name: content["S"] for name, content in found.items() if "S" in content}

    try:
        yield read
    finally:
        client.delete_item(TableName=table, Key=where)
