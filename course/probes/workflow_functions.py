"""The functions of the workflow, each invoked with the state that comes to it."""

import json
import secrets
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from course.case import Case
from course.finding import Finding, failed, missing, passed
from course.language import Text
from course.probes import probes
from course.probes.buckets import list_keys
from course.probes.functions import configuration, invoke, last_words
from course.probes.jobs import WRITTEN_WITHIN_SECONDS, job_about, results_of
from course.sales import COLUMNS, SalesFile, sales_file
from provision.target import unless_missing

PARSE: Final = "parse-csv"
VALIDATE: Final = "validate-schema"
TRANSFORM: Final = "transform-data"
MOVE: Final = "move-to-failed"

LONG_ROWS: Final = 300
LARGEST_STATE: Final = 8_000
"""Bytes: far below 300 rows, far above a job with its columns."""

_NO_NUMBERS: Final = (("1_000", "250.00"), ("2", "nan"), ("๕", "250.00"), ("-3", "250.00"))
"""Quantities and prices that Python takes for numbers, and a sales report must not."""


@dataclass(frozen=True)
class Run:
    """What came of a file that went through some functions.

    Attributes:
        key: Where it was uploaded.
        job: The state that it began with.
        answered: Lambda's last answer.
        state: What the last function returned; empty when it failed.
    """

    key: str
    job: dict[str, Any]
    answered: dict[str, Any]
    state: dict[str, Any]

    @property
    def token(self) -> str:
        """What tells this upload from others."""
        return self.key.removeprefix("uploads/").partition("-")[0]


@probes
def functions_sized(case: Case, *, sizes: dict[str, list[int]]) -> Finding:
    """Each of these functions has at least this timeout (s) and memory (MB)."""
    found = {name: configuration(case, name) for name in sizes}
    for name, settings in found.items():
        if settings is None:
            return missing(name)
    short = {
        name: [settings["Timeout"], settings["MemorySize"]]
        for name, settings in found.items()
        if settings
        and (settings["Timeout"] < sizes[name][0] or settings["MemorySize"] < sizes[name][1])
    }
    case.seen["short"] = short
    if not short:
        return passed()
    name = next(iter(short))
    return failed(
        Text.same(f"{name}: {sizes[name][0]} s, {sizes[name][1]} MB"),
        Text.same(f"{name}: {short[name][0]} s, {short[name][1]} MB"),
        f"aws lambda get-function-configuration --function-name {name}",
    )


@probes
def parsed_without_rows(case: Case) -> Finding:
    """parse-csv hands on the job, its columns and its number of rows, and not the rows."""
    file = sales_file(case.sandbox.seed("parsed"), LONG_ROWS)
    run = run_through(case, [PARSE], "parsed.csv", file)
    if run is None:
        return missing(PARSE)
    case.seen["state"] = run.state
    size = case.seen["size"] = len(run.answered["Payload"])
    kept = run.state.get("job_id") == run.job["job_id"] and run.state.get("source_key") == run.key
    if run.state.get("row_count") == LONG_ROWS and kept and size <= LARGEST_STATE:
        return passed(Text.same(f"{size} B"))
    return failed(
        Text(
            th=f"state ที่มีงานเดิม และ row_count {LONG_ROWS} ไม่เกิน {LARGEST_STATE:,} B",
            en=f"the job's state and row_count {LONG_ROWS}, at most {LARGEST_STATE:,} B",
        ),
        Text.same(f"{size:,} B: {last_words(run.answered)}"),
        f"logs {PARSE}",
    )


@probes
def schema_judged(case: Case, *, lacking: str) -> Finding:
    """validate-schema takes a good file and names the column that a wrong one lacks."""
    good = sales_file(case.sandbox.seed("schema"), 2)
    wrong = SalesFile(good.body.replace(lacking.encode(), b"number", 1), 2, Decimal())
    runs = [run_through(case, [PARSE, VALIDATE], "schema.csv", file) for file in (good, wrong)]
    taken, refused = runs
    if taken is None or refused is None:
        return missing(VALIDATE)
    case.seen["state"] = refused.state
    right = taken.state.get("schema_valid") is True and refused.state.get("schema_valid") is False
    if right and refused.state.get("missing_columns") == [lacking]:
        return passed()
    worse = refused if taken.state.get("schema_valid") is True else taken
    case.seen["answered"] = worse.answered
    return failed(
        Text.same(f'schema_valid: true / false, missing_columns: ["{lacking}"]'),
        Text.same(_told(worse, "schema_valid", "missing_columns")),
        f"logs {VALIDATE}",
    )


@probes
def file_transformed(case: Case, *, rows: int) -> Finding:
    """transform-data writes a result that adds up, and hands on where it is."""
    file = sales_file(case.sandbox.seed("transformed"), rows)
    run = run_through(case, [PARSE, VALIDATE, TRANSFORM], "transformed.csv", file)
    if run is None:
        return missing(TRANSFORM)
    case.seen["file"] = file
    written = case.wait_until(
        lambda: results_of(case, run.token, run.job),
        within_seconds=WRITTEN_WITHIN_SECONDS if run.state.get("output_key") else 0,
    )
    case.seen["result"] = written[0] if written else None
    if (
        written
        and written[0].adds_up_to(rows, file.revenue)
        and run.state.get("output_key") == written[0].key
    ):
        return passed(Text.same(written[0].key))
    return failed(
        Text.same(f"processed/...: total_rows {rows}, total_revenue {file.revenue}"),
        Text.same(f"total_rows {written[0].rows}, total_revenue {written[0].revenue}")
        if written
        else Text.same(last_words(run.answered)),
        f"logs {TRANSFORM}",
    )


@probes
def bad_rows_told(case: Case) -> Finding:
    """transform-data adds up good rows only, and says how many were not."""
    good = sales_file(case.sandbox.seed("mixed"), 5)
    lines = [
        f"ORD9{place},-,Widget A,{q},{p},2024-01-15" for place, (q, p) in enumerate(_NO_NUMBERS)
    ]
    body = good.body + ("\n".join(lines) + "\n").encode()
    file = SalesFile(body, 5 + len(lines), good.revenue)
    run = run_through(case, [PARSE, VALIDATE, TRANSFORM], "mixed.csv", file)
    if run is None:
        return missing(TRANSFORM)
    case.seen["state"] = run.state
    told = run.state.get("rejected_rows")
    written = results_of(case, run.token, run.job)
    sums = [each for each in written if each.adds_up_to(file.rows, good.revenue)]
    if told == len(_NO_NUMBERS) and sums:
        return passed()
    return failed(
        Text.same(f"rejected_rows {len(_NO_NUMBERS)}, total_revenue {good.revenue}"),
        Text.same(_told(run, "rejected_rows", "total_revenue")),
        f"logs {TRANSFORM}",
    )


@probes
def all_bad_refused(case: Case) -> Finding:
    """A file without one usable row is no success."""
    lines = [",".join(COLUMNS), "ORD1,-,Widget A,many,250.00,2024-01-15"]
    file = SalesFile(("\n".join(lines) + "\n").encode(), 1, Decimal())
    run = run_through(case, [PARSE, VALIDATE, TRANSFORM], "useless.csv", file)
    if run is None:
        return missing(TRANSFORM)
    case.seen["state"] = run.state
    if run.state and run.state.get("transform_status") != "success" and run.state.get("rejection"):
        return passed()
    return failed(
        Text.same('transform_status: "rejected", rejection: {...}'),
        Text.same(_told(run, "transform_status", "rejection")),
        f"logs {TRANSFORM}",
    )


@probes
def file_moved(case: Case, *, name: str, reason: str) -> Finding:
    """move-to-failed brings a file under failed/, with its type, and takes the original away."""
    if configuration(case, MOVE) is None:
        return missing(MOVE)
    s3, bucket = case.client("s3"), case.raw_bucket
    token = secrets.token_hex(3)
    key = f"uploads/{token}-{name}"
    file = sales_file(case.sandbox.seed(name), 2)
    rejection = {"reason": "missing_columns", "message": reason}
    state = {**job_about(case, key, file), "rejection": rejection, "missing_columns": [reason]}
    s3.put_object(Bucket=bucket, Key=key, Body=file.body, ContentType="text/csv")
    try:
        answered = invoke(case, MOVE, state)
        there = list_keys(case, "failed/", token)
        moved = [each for each in there if not each.endswith(".json")]
        stays = bool(list_keys(case, "uploads/", token))
        kept = moved and s3.head_object(Bucket=bucket, Key=moved[0])
    finally:
        for each in (*list_keys(case, "uploads/", token), *list_keys(case, "failed/", token)):
            s3.delete_object(Bucket=bucket, Key=each)
    case.seen["moved"] = (bool(moved), stays)
    case.seen["content_type"] = kept["ContentType"] if kept else None
    if (
        kept
        and not stays
        and kept["ContentLength"] == len(file.body)
        and kept["ContentType"] == "text/csv"
    ):
        return passed(Text.same(moved[0]))
    actual = f"failed/: {moved or '-'}, uploads/: {key if stays else '-'}"
    told = last_words(answered) if "FunctionError" in answered else ""
    content = f", {kept['ContentType']}" if kept else ""
    return failed(
        Text(
            th=f"{key} อยู่ใน failed/ (text/csv) และไม่อยู่ใน uploads/ แล้ว",
            en=f"{key} under failed/ (text/csv), and no longer under uploads/",
        ),
        Text.same(f"{actual}{content} {told}"),
        f"logs {MOVE}",
    )


def run_through(case: Case, functions: list[str], name: str, file: SalesFile) -> Run | None:
    """Upload a file, invoke functions with its state, each with what the one before returned.

    Returns:
        What came of it; None when a function or the bucket is not there yet.
    """
    if any(configuration(case, each) is None for each in functions):
        return None
    key = f"uploads/{secrets.token_hex(3)}-{name}"
    job = job_about(case, key, file)
    del job["row_count"]  # what the functions are to find out themselves
    s3 = case.client("s3")
    put = unless_missing(
        lambda: s3.put_object(Bucket=case.raw_bucket, Key=key, Body=file.body), "NoSuchBucket"
    )
    if put is None:
        return None
    state: dict[str, Any] = job
    try:
        for function in functions:
            answered = invoke(case, function, state)
            returned = json.loads(answered["Payload"])
            ended = "FunctionError" in answered or not isinstance(returned, dict)
            state = {} if ended else returned
            if ended:
                break
    finally:
        s3.delete_object(Bucket=case.raw_bucket, Key=key)
    return Run(key, job, answered, state)


def _told(run: Run, *names: str) -> str:
    if not run.state:
        return last_words(run.answered)
    return ", ".join(f"{name} {json.dumps(run.state.get(name))}" for name in names)
