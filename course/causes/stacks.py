"""CloudFormation: how a stack goes wrong."""

from course.case import Case, Facts
from course.causes import causes


@causes
def stack_was_rolled_back(case: Case) -> Facts | None:
    """Something in the template failed, and all of it was taken away again."""
    status = case.seen.get("status", "")
    return {"actual": status} if "ROLLBACK" in status or status.endswith("FAILED") else None


@causes
def made_beside_the_stack(case: Case) -> Facts | None:
    """The queue is there, and it is not the stack's."""
    return {} if case.seen.get("by_hand") else None


@causes
def stack_lacks(case: Case, *, kind: str) -> Facts | None:
    """The stack has nothing of a type that it needs."""
    types = case.seen.get("types")
    return {"actual": kind} if types and kind not in types else None
