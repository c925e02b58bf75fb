"""What of the pipeline is in a cloud and what is not, and how it is doing."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from lab.disk import DISK_PATH, space_of
from lab.pages import get_page
from lab.paths import lab_home
from lab.running import MISSING_CODES, RunningLab

MISSING = "missing"
KINDS = {
    "functions": "function",
    "triggers": "trigger",
    "queues": "queue",
    "state_machine": "state machine",
    "topic": "topic",
    "alarms": "alarm",
    "buckets": "bucket",
}
"""What each part of the inventory lists."""


def take_inventory(lab: RunningLab) -> dict[str, Any]:
    """Ask for everything at once, and list what is missing."""
    parts = {
        "functions": _functions,
        "triggers": _triggers,
        "queues": _queues,
        "state_machine": _state_machine,
        "executions": _executions,
        "topic": _topic,
        "alarms": _alarms,
        "buckets": _buckets,
        "objects": _objects,
        "disk": _disk,
    }
    for service in ("lambda", "sqs", "stepfunctions", "cloudwatch", "s3", "sns"):
        lab.client(service)  # made one after the other: botocore's loader is not thread-safe
    with ThreadPoolExecutor(len(parts)) as askers:
        answers = {name: askers.submit(ask, lab) for name, ask in parts.items()}
        report = {name: answer.result() for name, answer in answers.items()}
    return {**report, "missing": _missing(report)}


def _missing(report: Mapping[str, Any]) -> list[str]:
    """Return what the pipeline has and this cloud has not."""
    return [
        f"{kind} {name}"
        for part, kind in KINDS.items()
        for name, state in report[part].items()
        if state in (None, MISSING)
    ]


def _functions(lab: RunningLab) -> dict[str, str]:
    pages = lab.client("lambda").get_paginator("list_functions").paginate()
    wanted = lab.settings.functions
    found = {f["FunctionName"]: f.get("State", "Active") for p in pages for f in p["Functions"]}
    return {name: found.get(name, MISSING) for name in wanted}


def _triggers(lab: RunningLab) -> dict[str, str]:
    """Return the state of what starts the two functions before the workflow."""
    from provision.settings import CSV_PROCESSOR, CSV_VALIDATOR

    settings = lab.settings
    notifications = _unless_missing(
        lambda: lab.client("s3").get_bucket_notification_configuration(Bucket=settings.raw_bucket)
    )
    targets = [
        each["LambdaFunctionArn"]
        for each in (notifications or {}).get("LambdaFunctionConfigurations", [])
    ]
    mappings = lab.client("lambda").list_event_source_mappings(
        EventSourceArn=lab.arns.queue(settings.main_queue.name)
    )["EventSourceMappings"]
    polled = [m["State"] for m in mappings if m["FunctionArn"].endswith(f":{CSV_PROCESSOR}")]
    on = lab.arns.function(CSV_VALIDATOR) in targets
    return {
        f"S3 → {CSV_VALIDATOR}": "Enabled" if on else MISSING,
        f"SQS → {CSV_PROCESSOR}": polled[0] if polled else MISSING,
    }


def _queues(lab: RunningLab) -> dict[str, dict[str, int] | None]:
    settings = lab.settings
    queues = (settings.main_queue, settings.dlq, settings.notifications_queue)
    return {queue.name: _unless_missing(partial(_depth, lab, queue.name)) for queue in queues}


def _depth(lab: RunningLab, queue: str) -> dict[str, int]:
    attributes = lab.client("sqs").get_queue_attributes(
        QueueUrl=lab.queue_url(queue),
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )["Attributes"]
    return {
        "visible": int(attributes["ApproximateNumberOfMessages"]),
        "in_flight": int(attributes["ApproximateNumberOfMessagesNotVisible"]),
    }


def _state_machine(lab: RunningLab) -> dict[str, str]:
    describe = lab.client("stepfunctions").describe_state_machine
    found = _unless_missing(lambda: describe(stateMachineArn=lab.arns.state_machine))
    return {lab.settings.state_machine_name: found["status"] if found else MISSING}


def _executions(lab: RunningLab) -> dict[str, int]:
    from lab.promise.jobs import JobReader

    executions = _unless_missing(JobReader(lab).executions) or []
    statuses = [execution.status for execution in executions]
    return {name: statuses.count(name.upper()) for name in ("running", "succeeded", "failed")}


def _topic(lab: RunningLab) -> dict[str, int | None]:
    """Return how many subscriptions the topic has."""
    name = lab.settings.topic_name
    pages = lab.client("sns").get_paginator("list_subscriptions_by_topic")
    arn = lab.arns.topic
    return {
        name: _unless_missing(
            lambda: sum(len(page["Subscriptions"]) for page in pages.paginate(TopicArn=arn))
        )
    }


def _alarms(lab: RunningLab) -> dict[str, str]:
    """Return the pipeline's alarms, there or not, and any others."""
    wanted = {alarm.name: MISSING for alarm in lab.settings.alarms}
    return wanted | {a["AlarmName"]: a["StateValue"] for a in metric_alarms(lab)}


def metric_alarms(lab: RunningLab) -> list[dict[str, Any]]:
    """Return every alarm on a metric, as CloudWatch describes it."""
    pages = lab.client("cloudwatch").get_paginator("describe_alarms").paginate()
    return [alarm for page in pages for alarm in page["MetricAlarms"]]


def _buckets(lab: RunningLab) -> dict[str, str]:
    settings = lab.settings
    existing = {bucket["Name"] for bucket in lab.client("s3").list_buckets()["Buckets"]}
    wanted = (settings.raw_bucket, settings.processed_bucket)
    return {name: "there" if name in existing else MISSING for name in wanted}


def _objects(lab: RunningLab) -> dict[str, int | None]:
    settings = lab.settings
    places = {
        "uploads": (settings.raw_bucket, settings.uploads_prefix),
        "processed": (settings.processed_bucket, settings.processed_prefix),
        "failed": (settings.raw_bucket, settings.failed_prefix),
    }
    return {name: _unless_missing(partial(_count, lab, *place)) for name, place in places.items()}


def _count(lab: RunningLab, bucket: str, prefix: str) -> int:
    """Count the files under a prefix, but no folder markers and no reasons beside failed files."""
    pages = lab.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    entries = (entry for page in pages for entry in page.get("Contents", []))
    return sum(
        bool(entry["Size"] or not entry["Key"].endswith("/"))
        for entry in entries
        if not entry["Key"].endswith(".error.json")
    )


def _disk(lab: RunningLab) -> dict[str, int] | None:
    """Return how many bytes of disk the lab takes; None where the endpoint can't say."""
    import requests

    if not lab.record.has_pages:
        return None
    try:
        held = get_page(lab.endpoint, DISK_PATH)
    except requests.RequestException:  # no plugin, or no LocalStack
        return None
    return {**held, "folder_bytes": space_of(lab_home(lab.record.port))}


def _unless_missing[T](read: Callable[[], T]) -> T | None:
    from provision.target import unless_missing

    return unless_missing(read, *MISSING_CODES)
