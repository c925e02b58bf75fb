"""The jobs of the pipeline: how messages and results go wrong."""

import re
from decimal import Decimal
from urllib.parse import quote_plus

from course.case import Case, Facts
from course.causes import causes
from course.evidence import invocations
from course.probes.functions import configuration
from course.probes.queued_jobs import NEEDED
from course.probes.queues import queue_attributes


@causes
def not_in_environment(case: Case, *, function: str, name: str) -> Facts | None:
    """The function has no variable of this: its code holds the URL or the ARN, or nothing does."""
    found = configuration(case, function)
    variables = (found or {}).get("Environment", {}).get("Variables", {})
    return {} if found and not any(name in value for value in variables.values()) else None


@causes
def log_tells_without_queueing(case: Case, *, event: str) -> Facts | None:
    """The function's log tells this of the file, and no message came of it."""
    lines = case.seen.get("lines", ())
    told = any(event in line for line in lines)
    return (
        {"actual": event} if told and not any("message_queued" in line for line in lines) else None
    )


@causes
def message_lacks_fields(case: Case) -> Facts | None:
    """The message does not tell what the next function must know."""
    job = case.seen.get("job")
    lacking = [name for name in NEEDED if not (job or {}).get(name)]
    return {"missing": ", ".join(lacking)} if job and lacking else None


@causes
def message_key_encoded(case: Case) -> Facts | None:
    """The message has the key as the event has it."""
    key = str((case.seen.get("job") or {}).get("source_key", ""))
    return {"actual": key} if re.search(r"%[0-9A-F]{2}", key) and quote_plus(key) != key else None


@causes
def job_ids_differ(case: Case) -> Facts | None:
    """One event, sent twice, became two jobs."""
    first, second = case.seen.get("job_ids", ([], []))
    return (
        {"first": first[0], "second": second[0]} if first and second and first != second else None
    )


@causes
def log_holds(case: Case, *, function: str, pattern: str) -> Facts | None:
    """The function's log of now holds this pattern."""
    for each in invocations(case.client("logs"), function, case.began):
        for line in each.lines:
            if found := re.search(pattern, line):
                return {"actual": found[0]}
    return None


@causes
def revenue_is_sum_of_prices(case: Case) -> Facts | None:
    """The result adds up prices and leaves out how many were sold."""
    result, file = case.seen.get("result"), case.seen.get("file")
    if not result or not file:
        return None
    rows = [line.split(",") for line in file.body.decode().splitlines()[1:]]
    prices = sum((Decimal(row[4]) for row in rows), Decimal())
    return {} if Decimal(str(result.revenue)) == prices else None


@causes
def batch_failed_as_a_whole(case: Case) -> Facts | None:
    """The invocation failed, so every message of its batch comes again."""
    answered = case.seen.get("answered")
    return {} if answered and "FunctionError" in answered else None


@causes
def batch_failures_are(case: Case, *, failures: list[str]) -> Facts | None:
    """The invocation succeeded and named these messages, which are not those that failed."""
    answered = case.seen.get("answered")
    told = answered and "FunctionError" not in answered and case.seen.get("failures") == failures
    return {} if told else None


@causes
def keys_differ(case: Case) -> Facts | None:
    """One message, taken twice, wrote two results."""
    keys = case.seen.get("keys", [])
    return {"actual": ", ".join(keys)} if len(keys) > 1 else None


@causes
def keys_coincide(case: Case) -> Facts | None:
    """Two files wrote one result."""
    keys = case.seen.get("keys", [])
    return {"actual": keys[0]} if len(keys) == 1 else None


@causes
def messages_wait(case: Case, *, queue: str) -> Facts | None:
    """Messages stand in a queue and nobody takes them."""
    found = queue_attributes(case, queue) or {}
    waiting = int(found.get("ApproximateNumberOfMessages", 0))
    return {"actual": waiting} if waiting else None


@causes
def upload_without_result(case: Case, *, key: str) -> Facts | None:
    """The file is there and nothing was made of it."""
    none = "results" in case.seen and not case.seen["results"]
    return {"actual": f"s3://{case.raw_bucket}/{key}"} if none else None


@causes
def result_does_not_add_up(case: Case) -> Facts | None:
    """There is a result, of another file."""
    found = case.seen.get("results")
    return {"actual": found[-1].key} if found else None


@causes
def more_than_one_result(case: Case) -> Facts | None:
    """One file has several results."""
    found = case.seen.get("results", [])
    return {"actual": len(found)} if len(found) > 1 else None


@causes
def dead_letter_is_a_job(case: Case) -> Facts | None:
    """A message in the dead letter queue is a job that could be done."""
    jobs = case.seen.get("good_jobs", [])
    return {"actual": jobs[0]} if jobs else None


@causes
def burst_is_smaller(case: Case, *, files: int) -> Facts | None:
    """Fewer files were uploaded."""
    uploads = case.seen.get("burst", (files, 0))[0]
    return {"actual": uploads} if uploads < files else None


@causes
def result_written_again(case: Case) -> Facts | None:
    """The second time a message came its result was written once more."""
    return {} if case.seen.get("kept") is False else None


@causes
def repetition_is_failure(case: Case) -> Facts | None:
    """The result was left as it was, and the message was reported as failed."""
    return {} if case.seen.get("kept") else None
