"""Sees whether anything in an account has changed, without asking what."""

import hashlib
import json
from typing import Any

from course.resources import inventory
from course.sandbox import Sandbox


def fingerprint(sandbox: Sandbox) -> str:
    """Return a value that is another one as soon as a resource came, went or was changed."""
    seen = [sorted(map(str, inventory(sandbox))), *_settings(sandbox)]
    return hashlib.sha256(json.dumps(seen, default=str, sort_keys=True).encode()).hexdigest()


def _settings(sandbox: Sandbox) -> list[Any]:
    s3, sqs, states = (sandbox.client(each) for each in ("s3", "sqs", "stepfunctions"))
    cloudwatch, iam, client = (sandbox.client(each) for each in ("cloudwatch", "iam", "lambda"))
    buckets = [each["Name"] for each in s3.list_buckets()["Buckets"]]
    queues = sqs.list_queues().get("QueueUrls", [])
    machines = [each["stateMachineArn"] for each in states.list_state_machines()["stateMachines"]]
    return [
        [s3.list_objects_v2(Bucket=each).get("KeyCount") for each in buckets],
        [_kept(s3.get_bucket_notification_configuration(Bucket=each)) for each in buckets],
        client.list_functions()["Functions"],
        client.list_event_source_mappings()["EventSourceMappings"],
        iam.list_policies(Scope="Local")["Policies"],
        iam.list_roles()["Roles"],
        [_queue_settings(sqs, each) for each in queues],
        [states.describe_state_machine(stateMachineArn=each)["definition"] for each in machines],
        [_alarm_settings(each) for each in cloudwatch.describe_alarms()["MetricAlarms"]],
    ]


def _kept(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def _queue_settings(sqs: Any, url: str) -> dict[str, str]:
    """Return a queue's attributes without its counts, which change by themselves."""
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return {name: value for name, value in found.items() if not name.startswith("Approximate")}


def _alarm_settings(alarm: dict[str, Any]) -> dict[str, Any]:
    """Return an alarm without its state, which changes by itself."""
    return {name: value for name, value in alarm.items() if not name.startswith("State")}
