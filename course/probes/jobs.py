"""From a message to its result, or to the execution that makes it."""

import hashlib
import secrets
from collections.abc import Callable
from typing import Any, Final

from course.case import Case
from course.evidence import objects_in
from course.executions import all_ended, executions_about
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.probes import probes
from course.probes.functions import configuration, invoke, last_words, said
from course.probes.queued_jobs import QUEUE
from course.probes.state_machines import described_machine, machine_arn
from course.sales import SalesFile, sales_file
from course.sales_results import SalesResult, in_words, results
from course.sqs_event import sqs_event

WRITTEN_WITHIN_SECONDS: Final = 15.0
STARTED_WITHIN_SECONDS: Final = 10.0
_MARK: Final = b'{"kept": true}'


@probes
def message_processed(case: Case, *, function: str, name: str, rows: int) -> Finding:
    """Invoked with the message of a sales file, a function writes what it adds up to."""
    token = secrets.token_hex(3)
    key = f"uploads/{token}-{name}"
    file = sales_file(case.sandbox.seed(name), rows)
    job = job_about(case, key, file)
    answered = _invoke_with(
        case, function, {key: file}, {"1": job}, lambda: results_of(case, token, job)
    )
    if answered is None:
        return missing(function)
    written = results_of(case, token, job)
    case.seen["result"] = written[0] if written else None
    case.seen["file"] = file
    expected = Text.same(in_words("processed/...", rows, file.revenue))
    if written and written[0].adds_up_to(rows, file.revenue):
        return passed(Text.same(written[0].key))
    if written:
        actual = in_words(written[0].key, written[0].rows, written[0].revenue)
        return failed(
            expected,
            Text.same(actual),
            f"aws s3 cp s3://{case.processed_bucket}/{written[0].key} -",
        )
    return failed(expected, Text.same(_said_of_failure(answered)), f"logs {function}")


@probes
def batch_fails_alone(case: Case, *, function: str) -> Finding:
    """Of a batch with one message that is no job, that one is reported and the other is done."""
    token = secrets.token_hex(3)
    key = f"uploads/{token}-neighbour.csv"
    file = sales_file(case.sandbox.seed("neighbour"), 3)
    job = job_about(case, key, file)
    answered = _invoke_with(
        case,
        function,
        {key: file},
        {"malformed": "this is no job", "good": job},
        lambda: results_of(case, token, job),
    )
    if answered is None:
        return missing(function)
    failures = _failed_items(answered)
    case.seen["failures"] = failures
    alone = "FunctionError" not in answered and failures == ["malformed"]
    if alone and results_of(case, token, job):
        return passed()
    return failed(
        Text(
            th='{"batchItemFailures": [message ที่เสีย]} และไฟล์ของอีก message มีผลลัพธ์',
            en='{"batchItemFailures": [the bad message]}, and a result of the other one',
        ),
        Text.same(last_words(answered)),
        f"logs {function}",
    )


@probes
def message_repeats_itself(case: Case, *, function: str) -> Finding:
    """The same message twice writes one result, at the same key."""
    token = secrets.token_hex(3)
    key = f"uploads/{token}-twice.csv"
    file = sales_file(case.sandbox.seed("twice"), 2)
    job = job_about(case, key, file)
    keys: set[str] = set()
    for _ in range(2):
        answered = _invoke_with(
            case, function, {key: file}, {"1": job}, lambda: results_of(case, token, job)
        )
        if answered is None:
            return missing(function)
        keys |= {each.key for each in results_of(case, token, job)}
    case.seen["keys"] = sorted(keys)
    if len(keys) == 1:
        return passed(Text.same(keys.pop()))
    return failed(
        Text(th="ผลลัพธ์หนึ่งไฟล์ ที่ key เดิม", en="one result, at the same key"),
        Text.same(", ".join(sorted(keys)) or "-"),
        f"aws s3 ls --recursive s3://{case.processed_bucket}/processed/",
    )


@probes
def equal_names_kept_apart(case: Case, *, function: str) -> Finding:
    """Two files of one name in two folders have a result each."""
    token = secrets.token_hex(3)
    files = {
        f"uploads/{folder}/{token}-sales.csv": sales_file(case.sandbox.seed(folder), 2)
        for folder in ("north", "south")
    }
    jobs = {
        str(number): job_about(case, key, file) for number, (key, file) in enumerate(files.items())
    }

    def found() -> list[list[SalesResult]]:
        return [results_of(case, token, job) for job in jobs.values()]

    if _invoke_with(case, function, files, jobs, lambda: all(found())) is None:
        return missing(function)
    written = found()
    case.seen["keys"] = sorted({each.key for some in written for each in some})
    if all(written):
        return passed()
    return failed(
        Text(th=f"สองผลลัพธ์ของ {', '.join(files)}", en=f"two results of {', '.join(files)}"),
        Text.same(", ".join(case.seen["keys"]) or "-"),
        f"aws s3 ls --recursive s3://{case.processed_bucket}/processed/",
    )


@probes
def missing_upload_ends(case: Case, *, function: str) -> Finding:
    """A message whose file was deleted meanwhile is done with, and not tried again."""
    key = f"uploads/{secrets.token_hex(3)}-deleted.csv"
    job = job_about(case, key, sales_file(b"", 1))
    answered = _invoke_with(case, function, {}, {"1": job})
    if answered is None:
        return missing(function)
    if "FunctionError" not in answered and not _failed_items(answered):
        return passed()
    return failed(
        Text.same('{"batchItemFailures": []}'),
        Text.same(_said_of_failure(answered)),
        f"logs {function}",
    )


@probes
def message_done_once(case: Case, *, function: str) -> Finding:
    """The second time a message comes, its result is left as it is, and that is no failure."""
    token = secrets.token_hex(3)
    key = f"uploads/{token}-once.csv"
    file = sales_file(case.sandbox.seed("once"), 2)
    job = job_about(case, key, file)
    first = _invoke_with(
        case, function, {key: file}, {"1": job}, lambda: results_of(case, token, job)
    )
    if first is None:
        return missing(function)
    written = results_of(case, token, job)
    if not written:
        return failed(Text.same(f"processed/...{token}-..."), NOTHING, f"logs {function}")
    s3, place = case.client("s3"), {"Bucket": case.processed_bucket, "Key": written[0].key}
    s3.put_object(**place, Body=_MARK)
    answered = _invoke_with(case, function, {key: file}, {"1": job}) or {}
    case.seen["kept"] = s3.get_object(**place)["Body"].read() == _MARK
    if case.seen["kept"] and not _failed_items(answered) and "FunctionError" not in answered:
        return passed()
    return failed(
        Text(
            th=f'{written[0].key} ไม่ถูกเขียนซ้ำ และ {{"batchItemFailures": []}}',
            en=f'{written[0].key} is not written again, and {{"batchItemFailures": []}}',
        ),
        Text.same(last_words(answered)),
        f"logs {function}",
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
    failures = case.seen["failures"] = _failed_items(answered)
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


def job_about(case: Case, key: str, file: SalesFile) -> dict[str, Any]:
    """The message of a job, as the course has it; every key has a job of its own."""
    return {
        "job_id": f"job-{hashlib.sha256(key.encode()).hexdigest()[:16]}",
        "source_bucket": case.raw_bucket,
        "source_key": key,
        "destination_bucket": case.processed_bucket,
        "submitted_at": "2026-01-15T10:00:00.000Z",
        "file_size_bytes": len(file.body),
        "row_count": file.rows,
    }


def _invoke_with(
    case: Case,
    function: str,
    files: dict[str, SalesFile],
    bodies: dict[str, Any],
    until: Callable[[], object] = lambda: True,
) -> dict[str, Any] | None:
    """Put files, invoke a function with messages, and take the files away when they were read.

    Args:
        case: The check.
        function: Which function.
        files: Sales files by key.
        bodies: Messages by id.
        until: Tells when the files are no longer needed: a function may hand the work on.

    Returns:
        Lambda's answer; None when there is no such function.
    """
    if configuration(case, function) is None:
        return None
    s3 = case.client("s3")
    for key, file in files.items():
        s3.put_object(Bucket=case.raw_bucket, Key=key, Body=file.body)
    try:
        answered = invoke(case, function, sqs_event(case.sandbox.arn("sqs", QUEUE), bodies))
        if "FunctionError" not in answered:
            case.wait_until(until, within_seconds=WRITTEN_WITHIN_SECONDS)
        return answered
    finally:
        for key in files:
            s3.delete_object(Bucket=case.raw_bucket, Key=key)


def results_of(case: Case, token: str, job: dict[str, Any]) -> list[SalesResult]:
    """The results that a job has written.

    Args:
        case: The check.
        token: What stands in the name of its file.
        job: Its message.
    """
    found = results(case.client("s3"), case.processed_bucket, token)
    return [each for each in found if each.job_id == job["job_id"]]


def _failed_items(answered: dict[str, Any]) -> list[str]:
    """The ids of the messages that an invocation reported as failed."""
    return [
        each["itemIdentifier"]
        for part in objects_in(answered["Payload"])
        for each in part.get("batchItemFailures") or ()
    ]


def _said_of_failure(answered: dict[str, Any]) -> str:
    """The line of the log that tells of an error, else what was returned."""
    errors = [
        each["error"] for line in said(answered) for each in objects_in(line) if "error" in each
    ]
    return str(errors[0])[:200] if errors else last_words(answered)


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
    event = sqs_event(case.sandbox.arn("sqs", QUEUE), {"1": job})
    answered: dict[str, Any] = {}
    try:
        for _ in range(times):
            answered = invoke(case, function, event)
            case.wait_until(_ended_about(case, machine, job), within_seconds=STARTED_WITHIN_SECONDS)
    finally:
        s3.delete_object(Bucket=case.raw_bucket, Key=key)
    return answered


def _ended_about(case: Case, machine: str, job: dict[str, Any]) -> Callable[[], bool]:
    client = case.client("stepfunctions")

    def look() -> bool:
        arn = machine_arn(case, machine)
        found = executions_about(client, arn, case.began, job_id=job["job_id"])
        case.seen["executions"] = found
        return all_ended(found)

    return look
