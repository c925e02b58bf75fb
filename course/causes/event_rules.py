"""EventBridge: how rules and what they need go wrong."""

import json
from typing import Any

from course.case import Case, Facts
from course.causes import causes
from course.event_rules import Rule
from course.probes.queues import queue_attributes


@causes
def rule_is_off(case: Case) -> Facts | None:
    """A rule with a pattern sends to the queue, but is disabled."""
    off = [each.name for each in _rules(case) if each.pattern and not each.is_on]
    return {"actual": off[0]} if off and not case.seen.get("statuses") else None


@causes
def pattern_in_other_letters(case: Case, *, word: str) -> Facts | None:
    """A pattern holds a value that would be right in capitals."""
    for each in _rules(case):
        if word.lower() in each.pattern.lower() and word not in each.pattern:
            at = each.pattern.lower().index(word.lower())
            return {"actual": each.pattern[at : at + len(word)]}
    return None


@causes
def beginning_is_sent(case: Case) -> Facts | None:
    """The rule sends that an execution runs, too."""
    return {} if "RUNNING" in case.seen.get("statuses", ()) else None


@causes
def queue_refuses_events(case: Case, *, queue: str) -> Facts | None:
    """No statement of the queue's policy lets EventBridge send."""
    attributes = queue_attributes(case, queue) or {}
    document = json.loads(attributes.get("Policy") or "{}")
    statements: list[dict[str, Any]] = document.get("Statement", [])
    allowed = [each for each in statements if "events.amazonaws.com" in json.dumps(each)]
    return None if allowed else {}


@causes
def trigger_was_replaced(case: Case, *, function: str) -> Facts | None:
    """The bucket tells EventBridge, and no longer calls the function."""
    told = case.seen.get("told", {})
    return {} if told.get("EventBridge") and not told.get(function) else None


@causes
def every_object_is_sent(case: Case) -> Facts | None:
    """The rule sends what was uploaded, too."""
    others = [key for key in case.seen.get("keys", ()) if not key.startswith("failed/")]
    return {"actual": others[0]} if others else None


@causes
def prefix_holds_a_star(case: Case) -> Facts | None:
    """A pattern's prefix ends in `*`, which stands for itself there."""
    starred = [each.name for each in _rules(case) if '/*"' in each.pattern]
    return {"actual": starred[0]} if starred and not case.seen.get("keys") else None


@causes
def schedule_is_slower(case: Case) -> Facts | None:
    """There is a schedule, but not of every minute."""
    found = case.seen.get("schedules")
    return {"actual": found[0]} if found else None


def _rules(case: Case) -> list[Rule]:
    found: list[Rule] = case.seen.get("rules", [])
    return found
