"""Lambda: functions, their settings, and what they do when they are invoked."""

import base64
import json
from collections.abc import Callable
from typing import Any, Final

from course.case import Case
from course.evidence import Invocation, invocations, objects_in, tells_rejection, tells_rows
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.probes import probes
from course.s3_event import s3_event
from course.sales import sales_file
from provision.target import unless_missing

ACTIVE_WITHIN_SECONDS: Final = 30.0
LOGGED_WITHIN_SECONDS: Final = 3.0
"""From an upload to the line in the log; who checks has just done it."""

RUNTIMES: Final = ("python3.12", "python3.13", "python3.14")
MISSING: Final = "ResourceNotFoundException"


def configuration(case: Case, function: str) -> dict[str, Any] | None:
    """A function's configuration, None when there is no such function."""
    client = case.client("lambda")
    return unless_missing(lambda: client.get_function_configuration(FunctionName=function), MISSING)


@probes
def function_exists(case: Case, *, function: str) -> Finding:
    """There is a function of this name, and it is ready to run."""
    look_at = f"aws lambda get-function-configuration --function-name {function}"
    found = configuration(case, function)
    if found is None:
        return failed(Text.same(function), NOTHING, "aws lambda list-functions")
    ready = case.wait_until(
        lambda: (configuration(case, function) or {}).get("State") == "Active",
        within_seconds=ACTIVE_WITHIN_SECONDS if found.get("State") == "Pending" else 0,
    )
    if ready:
        return passed()
    state = f"{found.get('State')}: {found.get('StateReason', '')}"
    return failed(Text.same(f"{function}: Active"), Text.same(state), look_at)


@probes
def function_sized(case: Case, *, function: str, timeout_seconds: int, memory_mb: int) -> Finding:
    """A function has at least this timeout and memory, and runs on Python 3.12 or newer."""
    found = configuration(case, function)
    look_at = f"aws lambda get-function-configuration --function-name {function}"
    if found is None:
        return missing(function)
    case.seen["configuration"] = found
    actual = f"{found.get('Runtime')}, {found['Timeout']} s, {found['MemorySize']} MB"
    enough = found["Timeout"] >= timeout_seconds and found["MemorySize"] >= memory_mb
    if enough and found.get("Runtime") in RUNTIMES:
        return passed(Text.same(actual))
    return failed(
        Text.same(f"{RUNTIMES[0]}, {timeout_seconds} s, {memory_mb} MB"), Text.same(actual), look_at
    )


@probes
def function_validates(case: Case, *, function: str, bucket: str, name: str, rows: int) -> Finding:
    """Invoked with the event of a valid sales file, a function reports how many rows it has."""
    key = f"uploads/{name}"
    body = sales_file(case.sandbox.seed(key), rows).body
    answered = invoke_about(case, function, bucket, key, body)
    if answered is None:
        return missing(function)
    if "FunctionError" not in answered and tells_rows(said(answered), rows):
        return passed()
    return failed(
        Text(th=f"รายงานว่า {key} มี {rows} แถว", en=f"reports {rows} rows for {key}"),
        Text.same(last_words(answered)),
        f"logs {function}",
    )


@probes
def function_rejects(case: Case, *, function: str, bucket: str, name: str) -> Finding:
    """Invoked with the event of a file that is no CSV, a function says so and does not fail."""
    key = f"uploads/{name}"
    body = sales_file(case.sandbox.seed(key), 2).body  # it could be read, were it not for its name
    answered = invoke_about(case, function, bucket, key, body)
    if answered is None:
        return missing(function)
    if "FunctionError" not in answered and tells_rejection(said(answered)):
        return passed()
    return failed(
        Text(th=f"รายงานว่าไม่รับ {key} (rejected)", en=f"reports {key} as rejected"),
        Text.same(last_words(answered)),
        f"logs {function}",
    )


@probes
def function_rejects_columns(
    case: Case, *, function: str, bucket: str, name: str, lacking: str
) -> Finding:
    """Invoked with the event of a file that lacks a column, a function rejects it by that name."""
    key = f"uploads/{name}"
    body = sales_file(case.sandbox.seed(key), 3).body.decode().replace(lacking, "number", 1)
    answered = invoke_about(case, function, bucket, key, body.encode())
    if answered is None:
        return missing(function)
    lines = said(answered)
    named = any(lacking in line for line in lines if tells_rejection([line]))
    if "FunctionError" not in answered and named:
        return passed()
    return failed(
        Text(
            th=f"รายงานว่าไม่รับ {key} เพราะขาด {lacking}",
            en=f"reports {key} as rejected because {lacking} is missing",
        ),
        Text.same(last_words(answered)),
        f"logs {function}",
    )


@probes
def function_raises(case: Case, *, function: str, bucket: str) -> Finding:
    """An error that may pass leaves the function as an error, so that Lambda tries again.

    The event names a bucket that the function may not read. A permission that is missing is not
    the file's fault, and somebody may grant it before the next attempt. From week 2 on a function
    may also hand such a file on to the queue: it is not lost there either.
    """
    if configuration(case, function) is None:
        return missing(function)
    event = s3_event(bucket, "uploads/trouble.csv", 100, case.sandbox.region)
    answered = invoke(case, function, event)
    handed_on = any(
        each.get("event") == "message_queued"
        for line in said(answered)
        for each in objects_in(line)
    )
    if "FunctionError" in answered or handed_on:
        return passed()
    return failed(
        Text(th="invocation ล้มเหลว (FunctionError)", en="the invocation fails (FunctionError)"),
        Text.same(last_words(answered)),
        f"logs {function}",
    )


@probes
def function_names_file(case: Case, *, function: str, bucket: str, key: str) -> Finding:
    """Invoked with the event of an object that is not there, a function logs its key anyway."""
    if configuration(case, function) is None:
        return missing(function)
    answered = invoke(case, function, s3_event(bucket, key, 100, case.sandbox.region))
    if Invocation("", said(answered)).mentions(key):
        return passed()
    return failed(
        Text(th=f"log ที่มีชื่อ {key}", en=f"a log line that names {key}"),
        Text.same(last_words(answered)),
        f"logs {function}",
    )


@probes
def log_tells_rows(case: Case, *, function: str, key: str, rows: int) -> Finding:
    """A function's log shows that it took this file and how many rows it counted."""
    if _log_shows(case, function, key, lambda each: each.tells_rows(rows)):
        return passed()
    return failed(
        Text(th=f"log ที่บอกว่า {key} มี {rows} แถว", en=f"a log line: {key} has {rows} rows"),
        Text.same(case.seen["lines"][-1][:200]) if case.seen["lines"] else NOTHING,
        f"logs {function}",
    )


@probes
def log_tells_any_file(case: Case, *, function: str, rows: int) -> Finding:
    """A function's log shows that it took some file of so many rows."""
    if _log_shows(case, function, "", lambda each: each.tells_rows(rows)):
        return passed()
    return failed(
        Text(th=f"log ของไฟล์ที่มี {rows:,} แถว", en=f"a log line of a file with {rows:,} rows"),
        NOTHING,
        f"logs {function}",
    )


@probes
def log_tells_rejection(case: Case, *, function: str, key: str) -> Finding:
    """A function's log shows that it rejected this file."""
    if _log_shows(case, function, key, lambda each: each.tells_rejection):
        return passed()
    return failed(
        Text(th=f"log ที่บอกว่าไม่รับ {key}", en=f"a log line that says {key} is rejected"),
        Text.same(case.seen["lines"][-1][:200]) if case.seen["lines"] else NOTHING,
        f"logs {function}",
    )


@probes
def invoked_about_absent(case: Case, *, function: str, bucket: str, key: str) -> Finding:
    """A function was invoked by hand: its log speaks of an object that never was in the bucket."""
    s3 = case.client("s3")
    if unless_missing(lambda: s3.head_object(Bucket=bucket, Key=key), "404", "NoSuchKey"):
        return failed(
            Text(th=f"ไม่มีไฟล์ {key} ใน bucket", en=f"no object {key} in the bucket"),
            Text.same(f"s3://{bucket}/{key}"),
            f"aws s3 ls s3://{bucket}/uploads/",
        )
    if _log_shows(case, function, key, lambda _: True):
        return passed()
    return failed(
        Text(th=f"log ที่พูดถึง {key}", en=f"a log line that speaks of {key}"),
        NOTHING,
        f"logs {function}",
    )


@probes
def function_tagged(case: Case, *, function: str, tag: str, value: str) -> Finding:
    """A function has a tag, by which the student answers a question."""
    found = configuration(case, function)
    if found is None:
        return missing(function)
    tags = case.client("lambda").list_tags(Resource=found["FunctionArn"])["Tags"]
    case.seen["answered"] = tags.get(tag)
    if tags.get(tag) == value:
        return passed()
    if tag not in tags:
        return missing(f"tag {tag}: {function}")
    return failed(
        Text(
            th=f"tag {tag} คือ action ที่ iam --denied บอก", en=f"tag {tag}: what iam --denied names"
        ),
        Text.same(tags[tag]),
        f"iam --denied --account {case.sandbox.account}",
    )


def invoke_about(
    case: Case, function: str, bucket: str, key: str, body: bytes
) -> dict[str, Any] | None:
    """Put an object, invoke a function with its event, take the object away again.

    Returns:
        Lambda's answer; None when the function or the bucket is not there yet.
    """
    s3 = case.client("s3")
    put = lambda: s3.put_object(Bucket=bucket, Key=key, Body=body)  # noqa: E731
    if configuration(case, function) is None or not unless_missing(put, "NoSuchBucket"):
        return None
    try:
        return invoke(case, function, s3_event(bucket, key, len(body), case.sandbox.region))
    finally:
        s3.delete_object(Bucket=bucket, Key=key)


def invoke(case: Case, function: str, event: dict[str, Any]) -> dict[str, Any]:
    """Invoke a function and wait for its answer; its log comes with it."""
    answered: dict[str, Any] = case.client("lambda").invoke(
        FunctionName=function, Payload=json.dumps(event), LogType="Tail"
    )
    answered["Payload"] = answered["Payload"].read().decode()
    case.seen["answered"] = answered
    return answered


def said(answered: dict[str, Any]) -> list[str]:
    """What an invocation returned and the end of what it logged, as lines."""
    log = base64.b64decode(answered.get("LogResult", "")).decode("utf-8", "replace")
    return [*log.splitlines(), answered["Payload"]]


def last_words(answered: dict[str, Any]) -> str:
    """What an invocation returned, shortened for people."""
    payload: str = answered["Payload"]
    try:
        failure = json.loads(payload)
    except ValueError:
        return payload[:200]
    if "FunctionError" in answered and isinstance(failure, dict):
        return f"{failure.get('errorType')}: {failure.get('errorMessage')}"[:200]
    return payload[:200]


def _log_shows(case: Case, function: str, key: str, is_right: Callable[[Invocation], bool]) -> bool:
    """Whether an invocation that speaks of a key logged the right thing, or soon will have."""

    def look() -> bool:
        logged = invocations(case.client("logs"), function)
        about = [each for each in logged if each.mentions(key)]
        case.seen["lines"] = [line for each in about for line in each.lines]
        return any(map(is_right, about))

    return bool(case.wait_until(look, within_seconds=LOGGED_WITHIN_SECONDS))
