"""Rules of EventBridge: which send what where, and putting one in place."""

import json
from dataclasses import dataclass
from typing import Any

from course.listing import listed
from course.sandbox import Sandbox
from provision.changes import Changes
from provision.target import unless_missing

MISSING = "ResourceNotFoundException"


@dataclass(frozen=True)
class Rule:
    """One rule of the account's default event bus.

    Attributes:
        name: Its name.
        is_on: Whether it is enabled.
        pattern: What it matches, as JSON; empty for a schedule.
        schedule: When it sends an event of its own, such as `rate(1 minute)`; empty without.
        targets: The ARNs to which it sends.
    """

    name: str
    is_on: bool
    pattern: str
    schedule: str
    targets: tuple[str, ...]


def rules_to(client: Any, target: str) -> list[Rule]:
    """Return the rules that send to a target, on or off.

    Args:
        client: An EventBridge client.
        target: The ARN of a queue, a function or a topic.
    """
    return [rule for rule in map(_with_targets(client), _rules(client)) if target in rule.targets]


def is_matched(client: Any, rule: Rule, event: dict[str, Any]) -> bool:
    """Whether a rule that is on matches an event: EventBridge itself is asked.

    Args:
        client: An EventBridge client.
        rule: Which.
        event: As EventBridge hands it to a target.
    """
    if not rule.is_on or not rule.pattern:
        return False
    asked = client.test_event_pattern(EventPattern=rule.pattern, Event=json.dumps(event))
    return bool(asked["Result"])


def execution_event(sandbox: Sandbox, machine: str, status: str) -> dict[str, Any]:
    """Return an event of Step Functions about an execution of a state machine.

    Its fields are those of "Step Functions Execution Status Change" (Step Functions developer
    guide, "Automating Step Functions event delivery with EventBridge").
    """
    detail = {
        "executionArn": sandbox.arn("states", f"execution:{machine}:example"),
        "stateMachineArn": sandbox.arn("states", f"stateMachine:{machine}"),
        "name": "example",
        "status": status,
    }
    return _event(sandbox, "aws.states", "Step Functions Execution Status Change", detail)


def object_event(sandbox: Sandbox, bucket: str, key: str) -> dict[str, Any]:
    """Return an event of S3 about a new object (S3 user guide, "EventBridge event message")."""
    detail = {"version": "0", "bucket": {"name": bucket}, "object": {"key": key, "size": 100}}
    return _event(sandbox, "aws.s3", "Object Created", detail)


def ensure_rule(
    sandbox: Sandbox, changes: Changes, name: str, target: str, when: dict[str, Any] | str
) -> None:
    """Afterwards a rule is on, and sends to this target alone.

    Args:
        sandbox: Where.
        changes: Takes up what was changed.
        name: Of the rule.
        target: The ARN to which it sends.
        when: The pattern that it matches, or a schedule such as `rate(1 minute)`.
    """
    client = sandbox.client("events")
    found = unless_missing(lambda: client.describe_rule(Name=name), MISSING)
    given = {"State": "ENABLED"}
    if isinstance(when, str):
        given["ScheduleExpression"] = when
    else:
        given["EventPattern"] = json.dumps(when)
    changes.settle(
        f"rule {name}",
        wanted=_comparable(given),
        actual=_comparable(found) if found else None,
        apply=lambda: client.put_rule(Name=name, **given),
    )
    targets: list[dict[str, Any]] = client.list_targets_by_rule(Rule=name)["Targets"]
    others = [each["Id"] for each in targets if each["Arn"] != target]
    changes.settle(
        f"other targets of {name}",
        wanted=[],
        actual=others,
        apply=lambda: client.remove_targets(Rule=name, Ids=others),
    )
    changes.settle(
        f"target of {name}",
        wanted=target,
        actual=target if len(targets) > len(others) else None,
        apply=lambda: client.put_targets(Rule=name, Targets=[{"Id": "target", "Arn": target}]),
    )


def _rules(client: Any) -> list[dict[str, Any]]:
    return list(listed(client, "list_rules", "Rules"))


def _with_targets(client: Any) -> Any:
    def read(found: dict[str, Any]) -> Rule:
        targets = listed(client, "list_targets_by_rule", "Targets", Rule=found["Name"])
        return Rule(
            name=found["Name"],
            is_on=found["State"] == "ENABLED",
            pattern=found.get("EventPattern", ""),
            schedule=found.get("ScheduleExpression", ""),
            targets=tuple(each["Arn"] for each in targets),
        )

    return read


def _event(sandbox: Sandbox, source: str, kind: str, detail: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "00000000-0000-0000-0000-000000000000",
        "detail-type": kind,
        "source": source,
        "account": sandbox.account,
        "time": "2026-01-01T00:00:00Z",
        "region": sandbox.region,
        "resources": [],
        "detail": detail,
    }


def _comparable(rule: dict[str, Any]) -> dict[str, Any]:
    return {
        "state": rule["State"],
        "pattern": json.loads(rule.get("EventPattern") or "null"),
        "schedule": rule.get("ScheduleExpression") or "",
    }
