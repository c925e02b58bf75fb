"""Step Functions: what executions do with a file, and what became of those that were started."""

import json
import secrets
from decimal import Decimal
from typing import Any, Final

from course.case import Case
from course.evidence import objects_in
from course.executions import (
    RUNNING,
    Execution,
    all_ended,
    entered_states,
    executions_about,
    history_text,
)
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.notifications import listening
from course.probes import probes
from course.probes.buckets import list_keys
from course.probes.jobs import job_about
from course.probes.state_machines import described_machine, machine_arn, states_of
from course.sales import SalesFile, read_sales, sales_file
from course.sales_results import in_words, results

ENDED_WITHIN_SECONDS: Final = 60.0
TOLD_WITHIN_SECONDS: Final = 10.0
LOOKED_UP_WITHIN_SECONDS: Final = 5.0
_FILLER: Final = 1000
FUNCTION_FAILED: Final = ("LambdaFunctionFailed", "TaskFailed")
"""A function that failed, invoked by its own ARN or by `states:::lambda:invoke`."""


@probes
def good_job_succeeds(case: Case, *, machine: str, rows: int) -> Finding:
    """An execution about a good file ends SUCCEEDED, and its result adds up."""
    file = sales_file(case.sandbox.seed("executed"), rows)
    run = _execute(case, machine, "executed.csv", file)
    if run is None:
        return missing(machine)
    token, ended = run
    written = [
        each
        for each in results(case.client("s3"), case.processed_bucket, token)
        if each.job_id == ended.job["job_id"] and each.adds_up_to(rows, file.revenue)
    ]
    if ended.status == "SUCCEEDED" and written:
        return passed(Text.same(written[0].key))
    return failed(
        Text.same(f"SUCCEEDED, {in_words('processed/...', rows, file.revenue)}"),
        Text.same(f"{ended.status} {ended.error}; processed/: {'+' if written else '-'}"),
        "runs",
    )


@probes
def bad_job_fails(case: Case, *, machine: str, lacking: str) -> Finding:
    """An execution about a file without a column ends FAILED, and the file is under failed/."""
    run = refused_file(case, machine, lacking)
    if run is None:
        return missing(machine)
    token, ended = run
    moved, stays = list_keys(case, "failed/", token), case.seen["stays"]
    for key in moved:
        case.client("s3").delete_object(Bucket=case.raw_bucket, Key=key)
    case.seen["ended"] = (ended.status, bool(moved), stays)
    if ended.status == "FAILED" and moved and not stays:
        return passed()
    return failed(
        Text(
            th="FAILED และไฟล์อยู่ใน failed/ ไม่อยู่ใน uploads/",
            en="FAILED, and the file under failed/, no longer under uploads/",
        ),
        Text.same(
            f"{ended.status} {ended.error}; failed/: {'+' if moved else '-'}, "
            f"uploads/: {'+' if stays else '-'}"
        ),
        "runs",
    )


@probes
def job_is_told(case: Case, *, machine: str, good: bool) -> Finding:
    """How an execution ends is published once, as what it was."""
    if described_machine(case, machine) is None:
        return missing(machine)
    outcome = "success" if good else "failed"
    with listening(case.sandbox, case.sandbox.arn("sns", "pipeline-notifications")) as listener:
        run = (accepted_file if good else refused_file)(case, machine)
        token, ended = run or ("", None)
        heard = case.wait_until(
            lambda: [
                each for each in listener.about(token) if ended and ended.job["job_id"] in each.text
            ],
            within_seconds=TOLD_WITHIN_SECONDS,
        )
    for key in list_keys(case, "failed/", token):
        case.client("s3").delete_object(Bucket=case.raw_bucket, Key=key)
    told = [each.outcome for each in heard or ()]
    case.seen["told"] = told
    if told == [outcome]:
        return passed()
    return failed(
        Text(th=f"หนึ่งข้อความ: {outcome}", en=f"one message: {outcome}"),
        Text.same(", ".join(told) or "-"),
        "runs",
    )


@probes
def large_files_wait(case: Case, *, machine: str, limit: int) -> Finding:
    """A file above a limit goes through a Wait state, one of exactly that size does not."""
    waiting = states_of(case, machine, "Wait")
    if waiting is None:
        return missing(machine)
    waits = {each.name for each in waiting}
    waited = {}
    for name, size in (("limit", limit), ("above", limit + 1)):
        run = _execute(case, machine, f"{name}.csv", _file_of(case, size))
        if run is None or run[1].status != "SUCCEEDED":
            status = run[1].status if run else "-"
            return failed(Text.same("SUCCEEDED"), Text.same(f"{size:,} B: {status}"), "runs")
        waited[name] = bool(waits & set(entered_states(case.client("stepfunctions"), run[1])))
    case.seen["waited"] = waited
    if waited == {"limit": False, "above": True}:
        return passed()
    words = {True: "Wait", False: "-"}
    return failed(
        Text.same(f"{limit:,} B: -; {limit + 1:,} B: Wait"),
        Text.same(
            f"{limit:,} B: {words[waited['limit']]}; {limit + 1:,} B: {words[waited['above']]}"
        ),
        "runs",
    )


@probes
def products_add_up(case: Case, *, machine: str, rows: int) -> Finding:
    """An execution ends with a sum for each product, and they make the file's total."""
    file = sales_file(case.sandbox.seed("products"), rows)
    run = _execute(case, machine, "products.csv", file)
    if run is None:
        return missing(machine)
    found = case.client("stepfunctions").describe_execution(executionArn=run[1].arn)
    sums = [
        each
        for each in objects_in(found.get("output") or "")
        if {"product", "revenue"} <= set(each)
    ]
    total = sum((Decimal(str(each["revenue"])) for each in sums), Decimal())
    case.seen["sums"] = (len(sums), total < file.revenue)
    if run[1].status == "SUCCEEDED" and total == file.revenue:
        return passed(Text.same(f"{len(sums)}: {total}"))
    return failed(
        Text.same(f"SUCCEEDED, total_revenue {file.revenue}"),
        Text.same(f"{run[1].status}, {len(sums)}, total_revenue {total}"),
        "runs",
    )


@probes
def execution_failed_in(case: Case, *, machine: str, key: str, state: str) -> Finding:
    """An execution about the file at this key failed, and it was this state that did."""
    if described_machine(case, machine) is None:
        return missing(machine)
    client = case.client("stepfunctions")

    def look() -> bool:
        found = executions_about(client, machine_arn(case, machine), source_key=key)
        case.seen["executions"] = found
        return not found or all_ended(found)

    case.wait_until(look, within_seconds=ENDED_WITHIN_SECONDS)
    found = case.seen["executions"]
    for each in found:
        came_to = entered_states(client, each)
        told = history_text(client, each)
        failed_by_function = any(kind in told for kind in FUNCTION_FAILED)
        if each.status == "FAILED" and state in came_to and failed_by_function:
            return passed(Text.same(" → ".join(came_to)))
    return failed(
        Text.same(f"{key}: FAILED in {state}"),
        Text.same(", ".join(each.status for each in found)) if found else NOTHING,
        "runs",
    )


@probes
def execution_of_file(case: Case, *, machine: str, key: str, status: str) -> Finding:
    """The newest execution about the file at this key ended so."""
    if described_machine(case, machine) is None:
        return missing(machine)
    client, arn = case.client("stepfunctions"), machine_arn(case, machine)

    def look() -> list[Execution]:
        found = executions_about(client, arn, source_key=key)
        case.seen["executions"] = found
        return [each for each in found[:1] if each.status == status]

    if case.wait_until(look, within_seconds=LOOKED_UP_WITHIN_SECONDS):
        return passed()
    others = ", ".join(f"{each.status} {each.error}" for each in case.seen["executions"])
    return failed(Text.same(f"{key}: {status}"), Text.same(others) if others else NOTHING, "runs")


@probes
def file_failed_for(case: Case, *, machine: str, key: str, words: list[str]) -> Finding:
    """The file at this key was moved under failed/, and its execution tells why."""
    client, arn = case.client("stepfunctions"), machine_arn(case, machine)
    name = key.rpartition("/")[2].rpartition(".")[0]
    moved = [each for each in list_keys(case, "failed/", name) if not each.endswith(".json")]
    stays = key in list_keys(case, key, name)
    about = executions_about(client, arn, source_key=key)
    told = [each for each in about if all(word in history_text(client, each) for word in words)]
    case.seen["executions"] = about
    if moved and not stays and told:
        return passed(Text.same(moved[-1]))
    return failed(
        Text(
            th=f"{name} อยู่ใน failed/ และ execution บอก {', '.join(words)}",
            en=f"{name} under failed/, and an execution that tells {', '.join(words)}",
        ),
        Text.same(
            f"failed/: {'+' if moved else '-'}, uploads/: {'+' if stays else '-'}, "
            f"execution: {about[0].status if about else '-'}"
        ),
        "runs",
    )


def refused_file(
    case: Case, machine: str, lacking: str = "order_id"
) -> tuple[str, Execution] | None:
    """Let an execution end that is about a file without a column; None without a state machine.

    Returns:
        What stands in the file's name, and the execution.
    """
    good = sales_file(case.sandbox.seed("refused"), 2)
    file = SalesFile(good.body.replace(lacking.encode(), b"number", 1), 2, Decimal())
    return _execute(case, machine, "refused.csv", file)


def accepted_file(case: Case, machine: str) -> tuple[str, Execution] | None:
    """Let an execution end that is about a good file; None without a state machine."""
    return _execute(case, machine, "accepted.csv", sales_file(case.sandbox.seed("accepted"), 3))


def _file_of(case: Case, size: int) -> SalesFile:
    """A sales file of exactly so many bytes: long customers' names fill it up."""
    body = sales_file(case.sandbox.seed("sized"), size // 100).body  # a row has 60 to 90 bytes
    room = size - len(body)
    lengths = [_FILLER] * (room // _FILLER - 1) + [_FILLER + room % _FILLER]
    tail = b",Widget A,1,250.00,2024-01-15\n"
    rows = [b"ORD,".ljust(length - len(tail), b"x") + tail for length in lengths]
    return read_sales(body + b"".join(rows))


def _execute(case: Case, machine: str, name: str, file: SalesFile) -> tuple[str, Execution] | None:
    """Upload a file, start an execution about it, and wait for its end."""
    if described_machine(case, machine) is None:
        return None
    token = secrets.token_hex(3)
    key = f"uploads/{token}-{name}"
    s3, client = case.client("s3"), case.client("stepfunctions")
    s3.put_object(Bucket=case.raw_bucket, Key=key, Body=file.body)
    job = job_about(case, key, file)
    arn = client.start_execution(
        stateMachineArn=machine_arn(case, machine),
        name=f"check-{job['job_id']}",
        input=json.dumps(job),
    )["executionArn"]

    def look() -> dict[str, Any] | None:
        found: dict[str, Any] = client.describe_execution(executionArn=arn)
        case.seen["status"] = found["status"]
        return found if found["status"] != RUNNING else None

    found = case.wait_until(look, within_seconds=ENDED_WITHIN_SECONDS) or {"status": RUNNING}
    case.seen["stays"] = bool(list_keys(case, "uploads/", token))
    s3.delete_object(Bucket=case.raw_bucket, Key=key)
    ended = Execution(arn, found["status"], job, found.get("error", ""))
    case.seen["executions"] = [ended]
    return token, ended
