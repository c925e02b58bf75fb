"""Lambda's event sources: how messages do not come to a function as they should."""

from course.case import Case, Facts
from course.causes import causes
from course.probes.event_sources import event_sources, is_on


@causes
def event_source_is_off(case: Case, *, function: str, queue: str) -> Facts | None:
    """The event source is there and disabled."""
    found = event_sources(case, function, queue)
    return {"actual": found[0]["State"]} if found and not any(map(is_on, found)) else None


@causes
def event_source_of_other_queue(case: Case, *, function: str, queue: str) -> Facts | None:
    """The function takes the messages of another queue."""
    found = [each["EventSourceArn"].rpartition(":")[2] for each in event_sources(case, function)]
    return {"actual": found[0]} if found and queue not in found else None


@causes
def batch_larger_than(case: Case, *, most: int) -> Facts | None:
    """A batch may have more messages than the function has time for."""
    size = case.seen.get("source", {}).get("BatchSize", 0)
    return {"actual": size} if size > most else None


@causes
def batch_of_one(case: Case) -> Facts | None:
    """Every message comes alone."""
    return {} if case.seen.get("source", {}).get("BatchSize") == 1 else None


@causes
def batch_failures_not_reported(case: Case, *, function: str, queue: str) -> Facts | None:
    """Lambda does not look at what the function says of single messages."""
    found = event_sources(case, function, queue)
    return {} if found and not found[0].get("FunctionResponseTypes") else None
