"""The jobs of the pipeline: from an upload to its message, from a message to its result."""

import hashlib
import json
import secrets
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any, Final

from course.case import Case
from course.evidence import invocations, objects_in
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.probes import probes
from course.probes.event_sources import consumers
from course.probes.functions import configuration, invoke, last_words, said
from course.probes.queues import queue_attributes
from course.s3_event import s3_event
from course.sales import SalesFile, read_sales, sales_file
from course.sales_results import SalesResult, results
from course.sqs_event import sqs_event
from provision.target import unless_missing

QUEUE: Final = "pipeline-main-queue"

QUEUED_WITHIN_SECONDS: Final = 20.0
WRITTEN_WITHIN_SECONDS: Final = 15.0
LOOKED_UP_WITHIN_SECONDS: Final = 3.0
PROCESSED_WITHIN_SECONDS: Final = 60.0
"""From an upload to its result: the batch window, two cold functions, a workflow."""

NEEDED: Final = ("job_id", "source_bucket", "source_key", "destination_bucket")
"""What a message must tell of a job, as the workshop names it."""

_HIDDEN_SECONDS: Final = 30
_MARK: Final = b'{"kept": true}'


@probes
def function_knows(case: Case, *, function: str, name: str) -> Finding:
    """A variable of the function's environment names what it works with: a URL or an ARN."""
    found = configuration(case, function)
    if found is None:
        return missing(function)
    variables: dict[str, str] = found.get("Environment", {}).get("Variables", {})
    if any(value.rstrip("/").endswith(name) for value in variables.values()):
        return passed()
    return failed(
        Text(
            th=f"ตัวแปรที่มี URL หรือ ARN ของ {name}",
            en=f"a variable with the URL or the ARN of {name}",
        ),
        Text.same(", ".join(variables) or "Environment: -"),
        f"aws lambda get-function-configuration --function-name {function}",
    )


@probes
def upload_queued(case: Case, *, function: str, name: str) -> Finding:
    """A file put under uploads/ becomes a message that tells the job, its key decoded."""
    token = secrets.token_hex(3)
    key = f"uploads/{token}-{name}"
    job = _queued(case, function, key)
    if isinstance(job, Finding):
        return job
    lacking = [each for each in NEEDED if not job.get(each)]
    if not lacking and job["source_key"] == key:
        return passed(Text.same(job["job_id"]))
    return failed(
        Text.same(f"{', '.join(NEEDED)}; source_key {key}"),
        Text.same(json.dumps(job, ensure_ascii=False)[:200]),
        f"logs {function}",
    )


@probes
def rejected_upload_queued(case: Case, *, function: str, name: str) -> Finding:
    """A file that the function rejects becomes a message too, which says why."""
    key = f"uploads/{secrets.token_hex(3)}-{name}"
    job = _queued(case, function, key)
    if isinstance(job, Finding) or job.get("rejection"):
        return job if isinstance(job, Finding) else passed()
    return failed(
        Text(th=f"message ของ {key} มี rejection", en=f"the message of {key} has a rejection"),
        Text.same(json.dumps(job, ensure_ascii=False)[:200]),
        f"logs {function}",
    )


@probes
def event_names_one_job(case: Case, *, function: str) -> Finding:
    """The same event, sent twice, is the same job: the log tells one job_id."""
    if configuration(case, function) is None:
        return missing(function)
    token = secrets.token_hex(3)
    key = f"uploads/{token}.txt"  # rejected by its name: nothing need be there to read
    event = s3_event(case.raw_bucket, key, 100, case.sandbox.region, version=token)
    ids = [_job_ids(invoke(case, function, event)) for _ in range(2)]
    case.seen["job_ids"] = ids
    if ids[0] and ids[0] == ids[1]:
        return passed(Text.same(ids[0][0]))
    return failed(
        Text(
            th="event เดียวกันสองครั้งได้ job_id เดียวกันใน log",
            en="one job_id in the log for one event, sent twice",
        ),
        Text.same(" / ".join(", ".join(each) or "-" for each in ids)),
        f"logs {function}",
    )


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
    expected = Text.same(_in_words("processed/...", rows, file.revenue))
    if written and written[0].adds_up_to(rows, file.revenue):
        return passed(Text.same(written[0].key))
    if written:
        actual = _in_words(written[0].key, written[0].rows, written[0].revenue)
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
    failures = [
        each["itemIdentifier"]
        for part in objects_in(answered["Payload"])
        for each in part.get("batchItemFailures") or ()
    ]
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
    failures = [
        part["batchItemFailures"]
        for part in objects_in(answered["Payload"])
        if part.get("batchItemFailures")
    ]
    if "FunctionError" not in answered and not failures:
        return passed()
    return failed(
        Text.same('{"batchItemFailures": []}'),
        Text.same(_said_of_failure(answered)),
        f"logs {function}",
    )


@probes
def upload_processed(case: Case, *, name: str, rows: int) -> Finding:
    """A sales file put under uploads/ soon has a result under processed/ that adds up."""
    token = secrets.token_hex(3)
    key = f"uploads/{token}-{name}"
    file = sales_file(case.sandbox.seed(name), rows)
    s3 = case.client("s3")
    s3.put_object(Bucket=case.raw_bucket, Key=key, Body=file.body)

    def look() -> list[SalesResult]:
        found = list(results(s3, case.processed_bucket, token))
        case.seen["results"] = found
        return [each for each in found if each.adds_up_to(rows, file.revenue)]

    try:
        found = case.wait_until(look, within_seconds=PROCESSED_WITHIN_SECONDS)
    finally:
        s3.delete_object(Bucket=case.raw_bucket, Key=key)
    if found:
        return passed(Text.same(found[0].key))
    return failed(
        Text.same(_in_words(f"processed/...{token}-...", rows, file.revenue)),
        _described(case.seen["results"]),
        "logs csv-processor",
    )


@probes
def file_has_result(case: Case, *, key: str) -> Finding:
    """The file at this key has a result that adds up."""
    s3 = case.client("s3")
    found = unless_missing(
        lambda: s3.get_object(Bucket=case.raw_bucket, Key=key), "NoSuchKey", "NoSuchBucket"
    )
    if found is None:
        return missing(f"s3://{case.raw_bucket}/{key}")
    file = read_sales(found["Body"].read())

    def look() -> list[SalesResult]:
        there = list(results(s3, case.processed_bucket, PurePosixPath(key).stem))
        case.seen["results"] = there
        return [each for each in there if each.adds_up_to(file.rows, file.revenue)]

    if fitting := case.wait_until(look, within_seconds=LOOKED_UP_WITHIN_SECONDS):
        return passed(Text.same(fitting[0].key))
    return failed(
        Text.same(_in_words("processed/...", file.rows, file.revenue)),
        _described(case.seen["results"]),
        f"aws s3 ls --recursive s3://{case.processed_bucket}/processed/",
    )


@probes
def burst_has_results(case: Case, *, word: str, files: int) -> Finding:
    """So many files with this word in their names were uploaded, and each has a result."""
    s3 = case.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=case.raw_bucket, Prefix=f"uploads/{word}"
    )
    uploads = {each["Key"] for page in pages for each in page.get("Contents", ())}

    def look() -> bool:
        done = {each.key for each in results(s3, case.processed_bucket, word)}
        case.seen["burst"] = (len(uploads), len(done))
        return len(done) >= files

    if len(uploads) >= files and case.wait_until(look, within_seconds=PROCESSED_WITHIN_SECONDS):
        return passed(Text.same(f"{len(uploads)} / {files}"))
    case.seen.setdefault("burst", (len(uploads), 0))
    return failed(
        Text(
            th=f"uploads/{word}* {files} ไฟล์ และผลลัพธ์ {files} ไฟล์",
            en=f"{files} files uploads/{word}*, and {files} results",
        ),
        Text(
            th=f"{len(uploads)} ไฟล์ ผลลัพธ์ {case.seen['burst'][1]}",
            en=f"{len(uploads)} files, {case.seen['burst'][1]} results",
        ),
        f"aws s3 ls s3://{case.raw_bucket}/uploads/",
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
    failures = [
        each
        for part in objects_in(answered["Payload"])
        for each in part.get("batchItemFailures") or ()
    ]
    if case.seen["kept"] and not failures and "FunctionError" not in answered:
        return passed()
    return failed(
        Text(
            th=f'{written[0].key} ไม่ถูกเขียนซ้ำ และ {{"batchItemFailures": []}}',
            en=f'{written[0].key} is not written again, and {{"batchItemFailures": []}}',
        ),
        Text.same(last_words(answered)),
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


def _queued(case: Case, function: str, key: str) -> dict[str, Any] | Finding:
    """Upload a file and wait for its message; the job in it, or why there is none.

    Where a function takes the queue's messages already, the message may be gone before it can be
    seen. Then what became of it is evidence enough: a result, the file under failed/, or a line in
    that function's log.
    """
    bucket = case.raw_bucket
    attributes = queue_attributes(case, QUEUE)
    if attributes is None or configuration(case, function) is None:
        return missing(QUEUE if attributes is None else function)
    token = key.removeprefix("uploads/").partition("-")[0]
    body = sales_file(case.sandbox.seed(key[-8:]), 2).body
    s3 = case.client("s3")
    held: list[dict[str, Any]] = []
    takers = consumers(case, QUEUE)
    s3.put_object(Bucket=bucket, Key=key, Body=body)

    def look() -> dict[str, Any] | None:
        taken = _take(case, attributes["QueueUrl"], token, held)
        if taken is not None:
            return taken
        case.seen["lines"] = _finished(case, function, key)
        moved = s3.list_objects_v2(Bucket=bucket, Prefix="failed/").get("Contents", ())
        if any(token in each["Key"] for each in moved):
            return dict.fromkeys((*NEEDED, "rejection"), "-") | {"source_key": key}
        if any(results(s3, case.processed_bucket, token)) or any(
            token in line
            for taker in takers
            for each in invocations(case.client("logs"), taker, case.began)
            for line in each.lines
        ):
            return dict.fromkeys((*NEEDED, "rejection"), "-") | {"source_key": key}
        return None

    try:
        job = case.wait_until(look, within_seconds=QUEUED_WITHIN_SECONDS)
    finally:
        s3.delete_object(Bucket=bucket, Key=key)
        _put_back(case, attributes["QueueUrl"], held)
    case.seen["job"] = job
    if job is not None:
        return job
    told = [line for line in case.seen["lines"] if "{" in line]
    return failed(
        Text(th=f"message ของ {key} ใน {QUEUE}", en=f"a message about {key} in {QUEUE}"),
        Text.same(told[-1][:200]) if told else NOTHING,
        f"logs {function}",
    )


def _finished(case: Case, function: str, key: str) -> list[str]:
    """What the invocations about an upload logged that have come to their end."""
    return [
        line
        for each in invocations(case.client("logs"), function, case.began)
        if each.mentions(key) and each.has_ended
        for line in each.lines
    ]


def _take(case: Case, url: str, token: str, held: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Take the message about an upload from the queue; others are held meanwhile."""
    sqs = case.client("sqs")
    got = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        WaitTimeSeconds=0,
        VisibilityTimeout=_HIDDEN_SECONDS,
        MessageAttributeNames=["All"],
    )
    messages = got.get("Messages", [])
    ours = [each for each in messages if token in each["Body"]]
    held += [each for each in messages if token not in each["Body"]]
    for message in ours:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    if not ours:
        return None
    try:
        body = json.loads(ours[0]["Body"])
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {"body": ours[0]["Body"]}


def _put_back(case: Case, url: str, held: list[dict[str, Any]]) -> None:
    """Send the messages of others once more: a receive counts, and three lead to the DLQ."""
    sqs = case.client("sqs")
    for message in held:
        sqs.send_message(
            QueueUrl=url,
            MessageBody=message["Body"],
            MessageAttributes=message.get("MessageAttributes", {}),
        )
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def _job_ids(answered: dict[str, Any]) -> list[str]:
    """The job ids that an invocation told of, each once."""
    parts = [part for line in said(answered) for part in objects_in(line)]
    return list(dict.fromkeys(str(part["job_id"]) for part in parts if "job_id" in part))


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


def _said_of_failure(answered: dict[str, Any]) -> str:
    """The line of the log that tells of an error, else what was returned."""
    errors = [
        each["error"] for line in said(answered) for each in objects_in(line) if "error" in each
    ]
    return str(errors[0])[:200] if errors else last_words(answered)


def _described(found: list[SalesResult]) -> Text:
    if not found:
        return NOTHING
    return Text.same(_in_words(found[-1].key, found[-1].rows, found[-1].revenue))


def _in_words(key: str, rows: Any, revenue: Any) -> str:
    return f"{key}: total_rows {rows}, total_revenue {revenue}"
