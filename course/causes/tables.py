"""DynamoDB: how the table of jobs goes wrong."""

from course.case import Case, Facts
from course.causes import causes
from course.probes.triggers import permissions


@causes
def key_is_called(case: Case, *, instead_of: str) -> Facts | None:
    """The table's key is another attribute."""
    names = [each.partition(" ")[0] for each in case.seen.get("key", ())]
    return {"actual": names[0]} if len(names) == 1 and names[0] != instead_of else None


@causes
def key_has_a_second_part(case: Case) -> Facts | None:
    """The table has a sort key, too."""
    found = case.seen.get("key", [])
    return {"actual": found[1].partition(" ")[0]} if len(found) > 1 else None


@causes
def beginning_covers_the_end(case: Case) -> Facts | None:
    """A beginning that came late was written over the end."""
    return {} if case.seen.get("written", {}).get("status") == "RUNNING" else None


@causes
def events_may_not_invoke(case: Case, *, function: str) -> Facts | None:
    """No statement of the function's policy lets EventBridge invoke it."""
    return None if permissions(case, function, "events.amazonaws.com") else {}
