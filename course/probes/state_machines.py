"""Step Functions: what a state machine's definition says, and what its executions do."""

import json
import secrets
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from course.case import Case
from course.evidence import objects_in
from course.executions import RUNNING, Execution, entered_states, executions, history_text
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.notifications import Notification, listening
from course.probes import probes
from course.probes.functions import configuration, invoke, last_words
from course.probes.jobs import job_about
from course.probes.workflow_functions import list_keys
from course.sales import SalesFile, read_sales, sales_file
from course.sales_results import results
from course.sqs_event import sqs_event
from course.state_machines import NO_MACHINE, Definition, State, states
from provision.target import unless_missing

ENDED_WITHIN_SECONDS: Final = 60.0
TOLD_WITHIN_SECONDS: Final = 10.0
STARTED_WITHIN_SECONDS: Final = 10.0
LOOKED_UP_WITHIN_SECONDS: Final = 5.0
_FILLER: Final = 1000
FUNCTION_FAILED: Final = ("LambdaFunctionFailed", "TaskFailed")
"""A function that failed, invoked by its own ARN or by `states:::lambda:invoke`."""
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
        "aws stepfunctions list-state-machines",
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
        "aws stepfunctions list-state-machines",
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
        "aws stepfunctions list-state-machines",
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
        "aws stepfunctions list-state-machines",
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
        "aws stepfunctions list-state-machines",
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
        "aws stepfunctions list-state-machines",
    )


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
        Text.same(f"SUCCEEDED, processed/...: total_rows {rows}, total_revenue {file.revenue}"),
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
        "aws stepfunctions list-state-machines",
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
        "aws stepfunctions list-state-machines",
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
    told = [_outcome_of(each) for each in heard or ()]
    case.seen["told"] = told
    if told == [outcome]:
        return passed()
    return failed(
        Text(th=f"หนึ่งข้อความ: {outcome}", en=f"one message: {outcome}"),
        Text.same(", ".join(told) or "-"),
        "runs",
    )


@probes
def execution_failed_in(case: Case, *, machine: str, key: str, state: str) -> Finding:
    """An execution about the file at this key failed, and it was this state that did."""
    if described_machine(case, machine) is None:
        return missing(machine)
    client = case.client("stepfunctions")

    def look() -> bool:
        found = [
            each
            for each in executions(client, machine_arn(case, machine))
            if each.job.get("source_key") == key
        ]
        case.seen["executions"] = found
        return all(each.status != RUNNING for each in found)

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
def file_comes_to(case: Case, *, machine: str, name: str, outcome: str) -> Finding:
    """A file put under uploads/ comes to one outcome, and one message tells it."""
    if described_machine(case, machine) is None:
        return missing(machine)
    token = secrets.token_hex(3)
    key = f"uploads/{token}-{name}"
    body = sales_file(case.sandbox.seed(name), 4).body
    if name.startswith("bad"):
        body = body.replace(b"order_id", b"number", 1)
    s3 = case.client("s3")
    with listening(case.sandbox, case.sandbox.arn("sns", "pipeline-notifications")) as listener:
        s3.put_object(Bucket=case.raw_bucket, Key=key, Body=body)
        case.wait_until(lambda: listener.about(token), within_seconds=ENDED_WITHIN_SECONDS)
        case.wait_until(_ended_about_file(case, machine, key), within_seconds=ENDED_WITHIN_SECONDS)
        told = case.seen["told"] = [_outcome_of(each) for each in listener.about(token)]
    written = list(results(s3, case.processed_bucket, token))
    moved = [each for each in list_keys(case, "failed/", token) if not each.endswith(".json")]
    for each in (*list_keys(case, "uploads/", token), *list_keys(case, "failed/", token)):
        s3.delete_object(Bucket=case.raw_bucket, Key=each)
    place = {"success": (1, 0), "failed": (0, 1)}[outcome]
    if told == [outcome] and (len(written), len(moved)) == place:
        return passed()
    return failed(
        Text.same(f"processed/: {place[0]}, failed/: {place[1]}, SNS: {outcome}"),
        Text.same(
            f"processed/: {len(written)}, failed/: {len(moved)}, SNS: {', '.join(told) or '-'}"
        ),
        "runs",
    )


@probes
def message_starts_execution(case: Case, *, function: str, machine: str) -> Finding:
    """Invoked with a message, a function starts an execution about its job."""
    answered = _hand_over(case, function, machine, times=1)
    if isinstance(answered, Finding):
        return answered
    found = case.seen["executions"]
    if len(found) == 1 and found[0].job.get("source_key") == case.seen["key"]:
        return passed(Text.same(found[0].name))
    return failed(
        Text(
            th="execution หนึ่งตัวที่ input มี source_key ของ message",
            en="one execution whose input has the message's source_key",
        ),
        Text.same(", ".join(each.name for each in found) or last_words(answered)),
        f"logs {function}",
    )


@probes
def message_starts_once(case: Case, *, function: str, machine: str) -> Finding:
    """The same message, once more, starts no second execution, and is no failure."""
    answered = _hand_over(case, function, machine, times=2)
    if isinstance(answered, Finding):
        return answered
    found = case.seen["executions"]
    returned = json.loads(answered["Payload"])
    failures = (returned or {}).get("batchItemFailures") or []
    case.seen["failures"] = [each["itemIdentifier"] for each in failures]
    if len(found) == 1 and not failures and "FunctionError" not in answered:
        return passed(Text.same(found[0].name))
    return failed(
        Text(
            th='execution เดียว และ {"batchItemFailures": []}',
            en='one execution, and {"batchItemFailures": []}',
        ),
        Text.same(f"{len(found)}; {last_words(answered)}"),
        f"logs {function}",
    )


@probes
def execution_of_file(case: Case, *, machine: str, key: str, status: str) -> Finding:
    """The newest execution about the file at this key ended so."""
    if described_machine(case, machine) is None:
        return missing(machine)
    client, arn = case.client("stepfunctions"), machine_arn(case, machine)

    def look() -> list[Execution]:
        found = [each for each in executions(client, arn) if each.job.get("source_key") == key]
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
    about = [each for each in executions(client, arn) if each.job.get("source_key") == key]
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


@probes
def long_upload_succeeds(case: Case, *, machine: str, rows: int) -> Finding:
    """A file of so many rows, put under uploads/, comes to a result that adds up."""
    token = secrets.token_hex(3)
    key = f"uploads/{token}-long.csv"
    file = sales_file(case.sandbox.seed("long"), rows)
    s3, client = case.client("s3"), case.client("stepfunctions")
    s3.put_object(Bucket=case.raw_bucket, Key=key, Body=file.body)

    def look() -> bool:
        found = [
            each
            for each in executions(client, machine_arn(case, machine), case.began)
            if each.job.get("source_key") == key and each.status != RUNNING
        ]
        case.seen["executions"] = found
        return bool(found)

    try:
        case.wait_until(look, within_seconds=ENDED_WITHIN_SECONDS)
        written = [
            each
            for each in results(s3, case.processed_bucket, token)
            if each.adds_up_to(rows, file.revenue)
        ]
    finally:
        for each in (*list_keys(case, "uploads/", token), *list_keys(case, "failed/", token)):
            s3.delete_object(Bucket=case.raw_bucket, Key=each)
    if written:
        return passed(Text.same(written[0].key))
    ended = case.seen["executions"]
    return failed(
        Text.same(f"processed/...: total_rows {rows}, total_revenue {file.revenue}"),
        Text.same(f"{ended[0].status} {ended[0].error}") if ended else NOTHING,
        "runs",
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
        "aws stepfunctions list-state-machines",
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
        "aws stepfunctions list-state-machines",
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


def _hand_over(case: Case, function: str, machine: str, *, times: int) -> dict[str, Any] | Finding:
    """Invoke a function with one message, so many times, each after the execution has ended."""
    if configuration(case, function) is None or described_machine(case, machine) is None:
        return missing(function if configuration(case, function) is None else machine)
    token = secrets.token_hex(3)
    key = case.seen["key"] = f"uploads/{token}-handed.csv"
    file = sales_file(case.sandbox.seed("handed"), 2)
    job = job_about(case, key, file)
    s3 = case.client("s3")
    s3.put_object(Bucket=case.raw_bucket, Key=key, Body=file.body)
    event = sqs_event(case.sandbox.arn("sqs", "pipeline-main-queue"), {"1": job})
    answered: dict[str, Any] = {}
    try:
        for _ in range(times):
            answered = invoke(case, function, event)
            case.wait_until(_ended_about(case, machine, job), within_seconds=STARTED_WITHIN_SECONDS)
    finally:
        s3.delete_object(Bucket=case.raw_bucket, Key=key)
    return answered


def _ended_about_file(case: Case, machine: str, key: str) -> Callable[[], bool]:
    client = case.client("stepfunctions")

    def look() -> bool:
        found = [
            each
            for each in executions(client, machine_arn(case, machine), case.began)
            if each.job.get("source_key") == key
        ]
        return bool(found) and all(each.status != RUNNING for each in found)

    return look


def _ended_about(case: Case, machine: str, job: dict[str, Any]) -> Callable[[], bool]:
    client = case.client("stepfunctions")

    def look() -> bool:
        found = [
            each
            for each in executions(client, machine_arn(case, machine), case.began)
            if each.job.get("job_id") == job["job_id"]
        ]
        case.seen["executions"] = found
        return bool(found) and all(each.status != RUNNING for each in found)

    return look


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


def _outcome_of(told: Notification) -> str:
    return told.status or ("success" if "✅" in told.subject else "failed")


def _names(rules: list[dict[str, Any]], error: str) -> bool:
    return any(error in rule.get("ErrorEquals", ()) for rule in rules)


def _rules(state: State) -> list[dict[str, Any]]:
    return [rule for rule in state.fields.get("Choices", ()) if "Condition" not in rule]


def _is_guarded(rule: dict[str, Any]) -> bool:
    """Whether a rule asks IsPresent of each field before it compares it."""
    parts = rule.get("And") or rule.get("Or") or ([rule["Not"]] if "Not" in rule else [rule])
    present = {each.get("Variable") for each in parts if "IsPresent" in each}
    return all("IsPresent" in each or each.get("Variable") in present for each in parts)
