"""EventBridge: what rules match, and what of it reaches a queue."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from course.case import Case
from course.event_rules import Rule, execution_event, is_matched, object_event, rules_to
from course.executions import RUNNING
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.probes import probes
from course.probes.buckets import list_keys
from course.probes.executions import accepted_file, refused_file
from course.probes.queues import put_back, queue_attributes, shown_with, take_messages
from course.probes.triggers import notifications

ENDED: Final = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
ARRIVES_WITHIN_SECONDS: Final = 20.0
EVERY_MINUTE: Final = re.compile(r"rate\(1 minute\)|cron\(\* \* \* \* \? \*\)")
_SCHEDULED_WITHIN_SECONDS: Final = 80.0
"""EventBridge sends within the minute that follows, and needs some seconds for it."""
_STILL_NEW: Final = timedelta(seconds=150)


def rules_to_queue(case: Case, queue: str) -> list[Rule]:
    """Return the rules that send to a queue of the account, on or off."""
    return rules_to(case.client("events"), case.sandbox.arn("sqs", queue))


@probes
def rule_sends_ends(case: Case, *, machine: str, queue: str) -> Finding:
    """Rules send each end of an execution to a queue, and not its beginning."""
    if queue_attributes(case, queue) is None:
        return missing(queue)
    rules = rules_to_queue(case, queue)
    statuses = [
        status
        for status in (*ENDED, RUNNING)
        if _is_sent(case, rules, execution_event(case.sandbox, machine, status))
    ]
    case.seen["rules"], case.seen["statuses"] = rules, statuses
    if statuses == [*ENDED]:
        return passed()
    return failed(
        Text.same(f"{', '.join(ENDED)} → {queue}"),
        Text.same(f"{', '.join(statuses)} → {queue}") if statuses else NOTHING,
        "aws events list-rules",
    )


@probes
def execution_reaches_queue(case: Case, *, machine: str, queue: str) -> Finding:
    """When an execution ends, a message in the queue tells it."""
    attributes = queue_attributes(case, queue)
    if attributes is None:
        return missing(queue)
    run = accepted_file(case, machine)
    if run is None:
        return missing(machine)
    _, ended = run

    def is_ours(event: dict[str, Any]) -> bool:
        return bool(_detail(event).get("executionArn") == ended.arn)

    event = _arrived(case, attributes["QueueUrl"], is_ours, ARRIVES_WITHIN_SECONDS)
    if event and _detail(event).get("status") == ended.status:
        return passed()
    return failed(
        Text(th=f"{queue} มี event ของ {ended.name}", en=f"an event about {ended.name} in {queue}"),
        Text.same(str(_detail(event).get("status"))) if event else NOTHING,
        shown_with(queue),
    )


@probes
def bucket_tells_both(case: Case, *, function: str) -> Finding:
    """The bucket tells EventBridge of its objects, and still calls the function."""
    found = case.client("s3").get_bucket_notification_configuration(Bucket=case.raw_bucket)
    told = {
        "EventBridge": "EventBridgeConfiguration" in found,
        function: bool(notifications(case, case.raw_bucket, function)),
    }
    case.seen["told"] = told
    if all(told.values()):
        return passed()
    return failed(
        Text.same(", ".join(told)),
        Text.same(", ".join(name for name, is_told in told.items() if is_told) or "-"),
        f"aws s3api get-bucket-notification-configuration --bucket {case.raw_bucket}",
    )


@probes
def rule_sends_objects(case: Case, *, queue: str, under: str, elsewhere: str) -> Finding:
    """Rules send to a queue what is new in the bucket under a prefix, and nothing else."""
    if queue_attributes(case, queue) is None:
        return missing(queue)
    rules = rules_to_queue(case, queue)
    keys = [
        key
        for key in (f"{under}2026/01/01/sales.csv", f"{elsewhere}sales.csv")
        if _is_sent(case, rules, object_event(case.sandbox, case.raw_bucket, key))
    ]
    case.seen["rules"], case.seen["keys"] = rules, keys
    if [key.partition("/")[0] + "/" for key in keys] == [under]:
        return passed()
    return failed(
        Text.same(f"{under} → {queue}"),
        Text.same(f"{', '.join(keys)} → {queue}") if keys else NOTHING,
        "aws events list-rules",
    )


@probes
def failed_file_reaches_queue(case: Case, *, machine: str, queue: str) -> Finding:
    """When a file was moved under failed/, a message in the queue tells its key."""
    attributes = queue_attributes(case, queue)
    if attributes is None:
        return missing(queue)
    run = refused_file(case, machine)
    if run is None:
        return missing(machine)
    token, _ = run

    def is_ours(event: dict[str, Any]) -> bool:
        key = str(_detail(event).get("object", {}).get("key", ""))
        return key.startswith("failed/") and token in key

    event = _arrived(case, attributes["QueueUrl"], is_ours, ARRIVES_WITHIN_SECONDS)
    moved = list_keys(case, "failed/", token)
    for key in moved:
        case.client("s3").delete_object(Bucket=case.raw_bucket, Key=key)
    if event:
        return passed()
    return failed(
        Text(
            th=f"{queue} มี event ของไฟล์ใน failed/", en=f"an event about the failed file in {queue}"
        ),
        Text.same(f"failed/: {'+' if moved else '-'}"),
        "aws events list-rules",
    )


@probes
def rule_sends_every_minute(case: Case, *, queue: str) -> Finding:
    """A rule that is on sends to the queue every minute."""
    if queue_attributes(case, queue) is None:
        return missing(queue)
    rules = [each for each in rules_to_queue(case, queue) if each.schedule and each.is_on]
    case.seen["schedules"] = [each.schedule for each in rules]
    if any(map(EVERY_MINUTE.fullmatch, case.seen["schedules"])):
        return passed()
    return failed(
        Text.same(f"rate(1 minute) → {queue}"),
        Text.same(", ".join(case.seen["schedules"])) if rules else NOTHING,
        "aws events list-rules",
    )


@probes
def schedule_reaches_queue(case: Case, *, queue: str) -> Finding:
    """A message in the queue is of a schedule, and of the last two minutes."""
    attributes = queue_attributes(case, queue)
    if attributes is None:
        return missing(queue)
    since = datetime.now(UTC) - _STILL_NEW

    def is_ours(event: dict[str, Any]) -> bool:
        return event.get("detail-type") == "Scheduled Event" and _time(event) > since

    event = _arrived(case, attributes["QueueUrl"], is_ours, _SCHEDULED_WITHIN_SECONDS)
    if event:
        return passed(Text.same(str(event["time"])))
    return failed(
        Text(th=f"{queue} มี Scheduled Event", en=f"a Scheduled Event in {queue}"),
        NOTHING,
        "aws events list-rules",
    )


def _is_sent(case: Case, rules: list[Rule], event: dict[str, Any]) -> bool:
    return any(is_matched(case.client("events"), rule, event) for rule in rules)


def _arrived(
    case: Case, url: str, is_ours: Callable[[dict[str, Any]], bool], within_seconds: float
) -> dict[str, Any] | None:
    """Wait for an event in a queue, and take it away; the others stay there."""
    held: list[dict[str, Any]] = []

    def look() -> dict[str, Any] | None:
        found = take_messages(case, url, lambda body: is_ours(_read(body)), held)
        return _read(found[0]["Body"]) if found else None

    try:
        return case.wait_until(look, within_seconds=within_seconds)
    finally:
        put_back(case, url, held)


def _read(body: str) -> dict[str, Any]:
    """Return the event in a message; one of anybody else is none."""
    try:
        event = json.loads(body)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def _detail(event: dict[str, Any]) -> dict[str, Any]:
    detail = event.get("detail")
    return detail if isinstance(detail, dict) else {}


def _time(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(str(event["time"]))
