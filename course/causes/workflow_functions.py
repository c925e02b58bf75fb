"""The functions of the workflow: how what they return and write goes wrong."""

from course.case import Case, Facts
from course.causes import causes
from course.probes.functions import last_words
from course.probes.workflow_functions import LARGEST_STATE


@causes
def function_is_short(case: Case) -> Facts | None:
    """A function has too little time or memory for its work."""
    for name, (timeout_seconds, memory_mb) in case.seen.get("short", {}).items():
        return {"function": name, "timeout": timeout_seconds, "memory": memory_mb}
    return None


@causes
def state_holds_rows(case: Case) -> Facts | None:
    """What the function returned is as large as the file."""
    size = case.seen.get("size", 0)
    return {"actual": f"{size:,}"} if size > LARGEST_STATE else None


@causes
def state_lacks(case: Case, *, name: str) -> Facts | None:
    """The function returned a state without this field."""
    state = case.seen.get("state")
    return {} if state and name not in state else None


@causes
def state_tells(case: Case, *, name: str, value: object) -> Facts | None:
    """The function returned a state in which a field has this value."""
    state = case.seen.get("state")
    return {"actual": value} if state and state.get(name) == value else None


@causes
def state_tells_fewer(case: Case, *, name: str, than: int) -> Facts | None:
    """A number in the state is smaller than it should be."""
    actual = (case.seen.get("state") or {}).get(name)
    return {"actual": actual} if isinstance(actual, int) and actual < than else None


@causes
def invocation_failed(case: Case) -> Facts | None:
    """The function raised."""
    answered = case.seen.get("answered") or {}
    return {"actual": last_words(answered)} if "FunctionError" in answered else None


@causes
def file_copied_only(case: Case) -> Facts | None:
    """The file is under failed/, and still under uploads/ too."""
    return {} if case.seen.get("moved") == (True, True) else None


@causes
def content_type_is(case: Case, *, value: str) -> Facts | None:
    """The copy has another type than the original had."""
    return {"actual": value} if case.seen.get("content_type") == value else None
