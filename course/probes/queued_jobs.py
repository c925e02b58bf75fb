"""From an upload to its message in the queue."""

import json
import secrets
from typing import Any, Final

from course.case import Case
from course.evidence import invocations, objects_in
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.probes import probes
from course.probes.buckets import list_keys
from course.probes.event_sources import consumers
from course.probes.functions import configuration, invoke, said
from course.probes.queues import put_back, queue_attributes, take_messages
from course.s3_event import s3_event
from course.sales import sales_file
from course.sales_results import results

QUEUE: Final = "pipeline-main-queue"
QUEUED_WITHIN_SECONDS: Final = 20.0
NEEDED: Final = ("job_id", "source_bucket", "source_key", "destination_bucket")
"""What a message must tell of a job, as the workshop names it."""


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
        if _came_further(case, token, takers):
            return dict.fromkeys((*NEEDED, "rejection"), "-") | {"source_key": key}
        return None

    try:
        job = case.wait_until(look, within_seconds=QUEUED_WITHIN_SECONDS)
    finally:
        s3.delete_object(Bucket=bucket, Key=key)
        put_back(case, attributes["QueueUrl"], held)
    case.seen["job"] = job
    if job is not None:
        return job
    told = [line for line in case.seen["lines"] if "{" in line]
    return failed(
        Text(th=f"message ของ {key} ใน {QUEUE}", en=f"a message about {key} in {QUEUE}"),
        Text.same(told[-1][:200]) if told else NOTHING,
        f"logs {function}",
    )


def _came_further(case: Case, token: str, takers: list[str]) -> bool:
    """Whether an upload is seen behind the queue: in a bucket, or in the log of who takes it."""
    if list_keys(case, "failed/", token):
        return True
    if any(results(case.client("s3"), case.processed_bucket, token)):
        return True
    return any(
        token in line
        for taker in takers
        for each in invocations(case.client("logs"), taker, case.began)
        for line in each.lines
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
    ours = take_messages(case, url, lambda body: token in body, held)
    if not ours:
        return None
    try:
        body = json.loads(ours[0]["Body"])
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {"body": ours[0]["Body"]}


def _job_ids(answered: dict[str, Any]) -> list[str]:
    """The job ids that an invocation told of, each once."""
    parts = [part for line in said(answered) for part in objects_in(line)]
    return list(dict.fromkeys(str(part["job_id"]) for part in parts if "job_id" in part))
