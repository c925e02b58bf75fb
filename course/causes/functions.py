"""Lambda: how functions go wrong."""

import re
from urllib.parse import quote_plus

from course.case import Case, Facts
from course.causes import causes
from course.evidence import ROW_COUNTS, invocations, objects_in, tells_rejection, tells_rows
from course.listing import listed
from course.probes.functions import MISSING, configuration, said
from course.sandbox import OTHER_REGIONS
from provision.target import unless_missing


@causes
def function_in_other_region(case: Case, *, function: str) -> Facts | None:
    """The function is there, but in another region."""
    for region in OTHER_REGIONS:
        client = case.client("lambda", region=region)
        if unless_missing(lambda: client.get_function(FunctionName=function), MISSING):  # noqa: B023
            return {"actual": region}
    return None


@causes
def function_named_otherwise(case: Case, *, function: str) -> Facts | None:
    """A function is there whose name differs only in case and in signs between the words."""
    for each in listed(case.client("lambda"), "list_functions", "Functions"):
        name = each["FunctionName"]
        if name != function and _letters(name) == _letters(function):
            return {"actual": name}
    return None


@causes
def function_setting_is(
    case: Case, *, function: str, setting: str, value: str | int
) -> Facts | None:
    """A setting of the function has this value: its default, which does not do here."""
    found = configuration(case, function)
    return {"actual": value} if found and found.get(setting) == value else None


@causes
def function_runtime_matches(case: Case, *, function: str, pattern: str) -> Facts | None:
    """The function's runtime is one that the code is not written for."""
    runtime = (configuration(case, function) or {}).get("Runtime", "")
    return {"actual": runtime} if re.match(pattern, runtime) else None


@causes
def answer_matches(case: Case, *, pattern: str) -> Facts | None:
    """What the invocation returned or logged holds this pattern."""
    answered = case.seen.get("answered")
    for line in said(answered) if answered else ():
        if found := re.search(pattern, line):
            return {"actual": found[0]}
    return None


@causes
def answer_lacks(case: Case, *, word: str) -> Facts | None:
    """Neither what the invocation returned nor what it logged has this word."""
    answered = case.seen.get("answered")
    return None if answered is None or word in "\n".join(said(answered)) else {}


@causes
def object_never_seen(case: Case, *, function: str, bucket: str, key: str) -> Facts | None:
    """The object is there, and the function's log does not know of it."""
    s3 = case.client("s3")
    there = unless_missing(lambda: s3.head_object(Bucket=bucket, Key=key), "404", "NoSuchKey")
    known = any(each.mentions(key) for each in invocations(case.client("logs"), function))
    return {"actual": f"s3://{bucket}/{key}"} if there and not known else None


@causes
def answer_tells_rows(case: Case, *, rows: int) -> Facts | None:
    """The invocation reported this wrong number of rows."""
    answered = case.seen.get("answered")
    return {"actual": rows} if answered and tells_rows(said(answered), rows) else None


@causes
def answer_tells_any_rows(case: Case) -> Facts | None:
    """The invocation reported rows of a file that has none."""
    answered = case.seen.get("answered")
    for line in said(answered) if answered else ():
        for each in objects_in(line):
            for name in ROW_COUNTS:
                if isinstance(each.get(name), int):
                    return {"actual": each[name]}
    return None


@causes
def answer_rejects_without(case: Case, *, word: str) -> Facts | None:
    """The file was rejected, and no line that says so has this word."""
    answered = case.seen.get("answered")
    rejecting = [line for line in said(answered) if tells_rejection([line])] if answered else []
    return {} if rejecting and not any(word in line for line in rejecting) else None


@causes
def log_tells_other_rows(case: Case, *, rows: int) -> Facts | None:
    """The log tells of a file with this wrong number of rows."""
    return {"actual": rows} if tells_rows(case.seen.get("lines", ()), rows) else None


@causes
def function_tagged_with(case: Case, *, value: str) -> Facts | None:
    """The student's answer is this wrong one."""
    return {"actual": value} if case.seen.get("answered") == value else None


@causes
def answer_hides_error(case: Case) -> Facts | None:
    """The invocation met an error and returned as if all were well."""
    answered = case.seen.get("answered")
    if answered is None or "FunctionError" in answered:
        return None
    return {"actual": answered["Payload"][:120]}


@causes
def key_not_decoded(case: Case, *, key: str) -> Facts | None:
    """S3 does not know an object that is there: it was asked for the key as the event has it."""
    answered = case.seen.get("answered")
    lines = said(answered) if answered else case.seen.get("lines", ())
    refused = re.search(r"NoSuchKey|AccessDenied|Not Found|Forbidden", "\n".join(lines))
    return {"actual": quote_plus(key, safe="/"), "error": refused[0]} if refused else None


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
