"""Lambda's event sources: how messages of a queue come to a function."""

from typing import Any

from course.case import Case
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.probes import probes
from course.probes.functions import MISSING, configuration
from provision.target import unless_missing

DELETING = "Deleting"
_ON = ("Enabled", "Creating", "Enabling", "Updating")
LOOK_AT = "aws lambda list-event-source-mappings"


def event_sources(case: Case, function: str, queue: str | None = None) -> list[dict[str, Any]]:
    """The event sources of a function, of one queue or of any."""
    client = case.client("lambda")
    found = unless_missing(
        lambda: client.list_event_source_mappings(FunctionName=function)["EventSourceMappings"],
        MISSING,
    )
    return [
        each
        for each in found or ()
        if each["State"] != DELETING
        and (queue is None or each["EventSourceArn"].rpartition(":")[2] == queue)
    ]


def is_on(source: dict[str, Any]) -> bool:
    """Whether an event source hands on messages, or soon will."""
    return source.get("State") in _ON


def consumers(case: Case, queue: str) -> list[str]:
    """The functions that take messages from a queue by themselves."""
    found = case.client("lambda").list_event_source_mappings(
        EventSourceArn=case.sandbox.arn("sqs", queue)
    )["EventSourceMappings"]
    return [each["FunctionArn"].split(":")[6] for each in found if is_on(each)]


@probes
def event_source_takes(case: Case, *, function: str, queue: str) -> Finding:
    """A queue's messages go to a function."""
    if configuration(case, function) is None:
        return missing(function)
    found = event_sources(case, function, queue)
    if any(map(is_on, found)):
        return passed()
    return failed(
        Text.same(f"{queue} → {function}: Enabled"),
        Text.same(f"{queue} → {function}: {found[0]['State']}") if found else NOTHING,
        LOOK_AT,
    )


@probes
def event_source_batches(
    case: Case, *, function: str, queue: str, most: int, window_seconds: int
) -> Finding:
    """Messages come in batches of more than one and at most so many, gathered for so long."""
    found = event_sources(case, function, queue)
    if not found:
        return missing(f"{queue} → {function}")
    size, window = found[0]["BatchSize"], found[0].get("MaximumBatchingWindowInSeconds", 0)
    case.seen["source"] = found[0]
    actual = Text.same(f"BatchSize {size}, MaximumBatchingWindowInSeconds {window}")
    if 1 < size <= most and window <= window_seconds:
        return passed(actual)
    return failed(
        Text.same(f"BatchSize 2-{most}, MaximumBatchingWindowInSeconds 0-{window_seconds}"),
        actual,
        LOOK_AT,
    )


@probes
def event_source_reports_failures(case: Case, *, function: str, queue: str) -> Finding:
    """The function's answer says which messages of a batch failed, and Lambda heeds it."""
    found = event_sources(case, function, queue)
    if not found:
        return missing(f"{queue} → {function}")
    types = found[0].get("FunctionResponseTypes") or []
    if "ReportBatchItemFailures" in types:
        return passed()
    return failed(
        Text.same("FunctionResponseTypes: ReportBatchItemFailures"),
        Text.same(f"FunctionResponseTypes: {', '.join(types) or '-'}"),
        LOOK_AT,
    )
