"""Kinesis: how a stream of orders goes wrong."""

from course.case import Case, Facts
from course.causes import causes


@causes
def stream_read_from_now(case: Case) -> Facts | None:
    """The event source begins at the newest record."""
    position = case.seen.get("source", {}).get("StartingPosition")
    return {"actual": position} if position == "LATEST" else None


@causes
def stream_blocks_for_ever(case: Case) -> Facts | None:
    """A batch that fails is tried again until its records expire."""
    source = case.seen.get("source", {})
    return {} if source and source.get("MaximumRetryAttempts", -1) < 0 else None


@causes
def batch_made_files(case: Case) -> Facts | None:
    """One batch, given twice, made more than one file."""
    files = case.seen.get("files", 0)
    return {"actual": files} if files > 1 else None
