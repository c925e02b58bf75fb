"""From an upload to what the whole pipeline makes of it."""

import secrets
import time
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Final

from course.case import Case
from course.evidence import Invocation, invocations
from course.executions import all_ended, executions_about
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.notifications import listening
from course.probes import probes
from course.probes.buckets import list_keys
from course.probes.executions import ENDED_WITHIN_SECONDS
from course.probes.state_machines import described_machine, machine_arn
from course.sales import read_sales, sales_file
from course.sales_results import SalesResult, in_words, results
from provision.target import unless_missing

PROCESSED_WITHIN_SECONDS: Final = 60.0
"""From an upload to its result: the batch window, two cold functions, a workflow."""
LOOKED_UP_WITHIN_SECONDS: Final = 3.0
COMES_AGAIN_WITHIN_SECONDS: Final = 10.0
"""After a message's visibility timeout: the queue is asked once more, and the function starts."""


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
        Text.same(in_words(f"processed/...{token}-...", rows, file.revenue)),
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
        Text.same(in_words("processed/...", file.rows, file.revenue)),
        _described(case.seen["results"]),
        f"aws s3 ls --recursive s3://{case.processed_bucket}/processed/",
    )


@probes
def message_came_twice(case: Case, *, function: str, key: str) -> Finding:
    """A file's message was worked on twice, because an answer was lost, and there is one result."""
    logs, s3, times = case.client("logs"), case.client("s3"), case.sandbox.times

    def look_for(runs: int) -> Callable[[], list[Invocation]]:
        def look() -> list[Invocation]:
            about = [each for each in invocations(logs, function) if each.mentions(key)]
            case.seen["runs"] = len(about)
            return about if len(about) >= runs else []

        return look

    first = case.wait_until(look_for(1), within_seconds=LOOKED_UP_WITHIN_SECONDS)
    if first:
        hidden = times.visibility_seconds + times.window_seconds + COMES_AGAIN_WITHIN_SECONDS
        since = time.time() - first[0].began / 1000
        case.wait_until(look_for(2), within_seconds=max(hidden - since, LOOKED_UP_WITHIN_SECONDS))
    named = results(s3, case.processed_bucket, PurePosixPath(key).stem)
    # Files of other checks have this word in their names too.
    there = [each for each in named if each.may_be_of(key)]
    case.seen["results"] = there
    runs = case.seen["runs"]
    if runs > 1 and len(there) == 1:
        return passed(Text.same(there[0].key))
    return failed(
        Text(
            th=f"{key}: {function} ทำสองครั้ง ผลลัพธ์หนึ่งเดียว",
            en=f"{key}: {function} runs twice, and there is one result",
        ),
        Text(
            th=f"ทำ {runs} ครั้ง ผลลัพธ์ {len(there)}",
            en=f"{runs} runs, {len(there)} results",
        ),
        f"logs {function}",
    )


@probes
def burst_has_results(case: Case, *, word: str, files: int) -> Finding:
    """So many files with this word in their names were uploaded, and each has a result."""
    s3 = case.client("s3")
    uploads = list_keys(case, f"uploads/{word}")

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
def file_comes_to(case: Case, *, machine: str, name: str, outcome: str) -> Finding:
    """A file put under uploads/ comes to one outcome, and one message tells it."""
    if described_machine(case, machine) is None:
        return missing(machine)
    token = secrets.token_hex(3)
    key = f"uploads/{token}-{name}"
    body = sales_file(case.sandbox.seed(name), 4).body
    if name.startswith("bad"):
        body = body.replace(b"order_id", b"number", 1)
    s3, client = case.client("s3"), case.client("stepfunctions")
    arn = machine_arn(case, machine)
    with listening(case.sandbox, case.sandbox.arn("sns", "pipeline-notifications")) as listener:
        s3.put_object(Bucket=case.raw_bucket, Key=key, Body=body)
        case.wait_until(lambda: listener.about(token), within_seconds=ENDED_WITHIN_SECONDS)
        case.wait_until(
            lambda: all_ended(executions_about(client, arn, case.began, source_key=key)),
            within_seconds=ENDED_WITHIN_SECONDS,
        )
        told = case.seen["told"] = [each.outcome for each in listener.about(token)]
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
def long_upload_succeeds(case: Case, *, machine: str, rows: int) -> Finding:
    """A file of so many rows, put under uploads/, comes to a result that adds up."""
    token = secrets.token_hex(3)
    key = f"uploads/{token}-long.csv"
    file = sales_file(case.sandbox.seed("long"), rows)
    s3, client = case.client("s3"), case.client("stepfunctions")
    arn = machine_arn(case, machine)
    s3.put_object(Bucket=case.raw_bucket, Key=key, Body=file.body)

    def look() -> bool:
        found = executions_about(client, arn, case.began, source_key=key)
        case.seen["executions"] = found
        return all_ended(found)

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
        Text.same(in_words("processed/...", rows, file.revenue)),
        Text.same(f"{ended[0].status} {ended[0].error}") if ended else NOTHING,
        "runs",
    )


def _described(found: list[SalesResult]) -> Text:
    if not found:
        return NOTHING
    return Text.same(in_words(found[-1].key, found[-1].rows, found[-1].revenue))
