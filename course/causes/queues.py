"""SQS: how queues go wrong."""

from course.case import Case, Facts
from course.causes import causes
from course.probes.queues import queue_attributes, redrive_of
from course.sandbox import OTHER_REGIONS


@causes
def queue_in_other_region(case: Case, *, queue: str) -> Facts | None:
    """The queue is there, but in another region."""
    for region in OTHER_REGIONS:
        if queue_attributes(case, queue, region=region):
            return {"actual": region}
    return None


@causes
def queue_is_fifo(case: Case, *, queue: str) -> Facts | None:
    """A FIFO queue of this name is there: its name ends with .fifo."""
    name = f"{queue}.fifo"
    return {"actual": name} if queue_attributes(case, name) else None


@causes
def queue_setting_is(case: Case, *, queue: str, setting: str, value: str) -> Facts | None:
    """An attribute of the queue has this value: its default, which does not do here."""
    found = queue_attributes(case, queue) or {}
    return {"actual": value} if found.get(setting) == value else None


@causes
def redrive_missing(case: Case, *, queue: str) -> Facts | None:
    """The queue hands no message on, however often it was received."""
    found = queue_attributes(case, queue)
    return {} if found and not redrive_of(found)[0] else None


@causes
def redrive_on_other_queue(case: Case, *, queue: str, other: str) -> Facts | None:
    """The redrive policy is on the dead letter queue itself and points back."""
    found, mirrored = queue_attributes(case, queue), queue_attributes(case, other)
    turned = found and mirrored and not redrive_of(found)[0] and redrive_of(mirrored)[0]
    return {"actual": turned} if turned else None


@causes
def redrive_after_other_count(case: Case, *, queue: str, receives: int) -> Facts | None:
    """Messages are handed on after another number of receives."""
    found = queue_attributes(case, queue)
    target, count = redrive_of(found) if found else ("", 0)
    return {"actual": count} if target and count != receives else None


@causes
def visibility_shorter_than_timeout(case: Case) -> Facts | None:
    """A message shows again while the function that took it may still work on it."""
    hidden, runs = case.seen.get("times", (0, 0))
    return {"hidden": hidden, "runs": runs} if hidden < runs else None
