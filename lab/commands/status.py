"""status, alarms: how the lab is doing."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from lab.advice import command
from lab.commands.options import Account, Json, Port
from lab.console import bangkok, inline, out, print_json
from lab.current import FIRST_ACCOUNT, meant_lab
from lab.errors import LabError

if TYPE_CHECKING:
    from lab.cloud import Cloud

MISSING = "missing"
RED_MISSING = f"[red]{MISSING}[/red]"
COLOURS = {
    "OK": "green",
    "ALARM": "red",
    "INSUFFICIENT_DATA": "yellow",
    "Enabled": "green",
    "Disabled": "yellow",
    MISSING: "red",
}
KINDS = {
    "functions": "function",
    "triggers": "trigger",
    "queues": "queue",
    "state_machine": "state machine",
    "topic": "topic",
    "alarms": "alarm",
    "buckets": "bucket",
}


def status(port: Port = None, account: Account = FIRST_ACCOUNT, json: Json = False) -> None:
    """Show the engine, what of the pipeline is there and what is not, and how it is doing."""
    from lab.cloud import open_cloud

    lab = meant_lab(port)
    engine = lab.make_engine().status()
    if not engine.ready and json:
        print_json({"endpoint": lab.endpoint, "running": engine.running, "ready": False})
    cloud = open_cloud(port, account)
    report = _report(cloud)
    report = {
        "endpoint": lab.endpoint,
        "running": True,
        "ready": True,
        "engine": lab.engine if engine.running else "unknown",
        "profile": lab.profile,
        "detail": engine.detail,
        **report,
    }
    if json:
        print_json(report)
    else:
        _tell(report)


def alarms(port: Port = None, account: Account = FIRST_ACCOUNT) -> None:
    """Show the alarms: state, what they watch, and why they are in that state."""
    from lab.cloud import open_cloud

    found = _metric_alarms(open_cloud(port, account))
    if not found:
        raise LabError(f"This cloud has no alarms. {how_to_make_again()}")
    for alarm in found:
        state = alarm["StateValue"]
        colour = COLOURS.get(state, "white")
        out.print(f"[{colour}]{state:<18}[/{colour}] [bold]{alarm['AlarmName']}[/bold]")
        out.print(
            f"{'':19}{alarm['Namespace']} {alarm['MetricName']}, {alarm['Statistic']} over "
            f"{alarm['Period']} s > {alarm['Threshold']:g}"
        )
        since = bangkok(alarm["StateUpdatedTimestamp"])
        reason = inline(alarm.get("StateReason", ""))
        out.print(f"{'':19}[dim]since {since}: {reason}[/dim]", soft_wrap=True)


def _report(cloud: "Cloud") -> dict[str, Any]:
    """Everything that has to be asked for, asked at once."""
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
        cloud.client(service)  # made one after the other: botocore's loader is not thread-safe
    with ThreadPoolExecutor(len(parts)) as askers:
        answers = {name: askers.submit(ask, cloud) for name, ask in parts.items()}
        report = {name: answer.result() for name, answer in answers.items()}
    return {**report, "missing": _missing(report)}


def _missing(report: Mapping[str, Any]) -> list[str]:
    """What the pipeline has and this cloud has not."""
    return [
        f"{kind} {name}"
        for part, kind in KINDS.items()
        for name, state in report[part].items()
        if state in (None, MISSING)
    ]


def _functions(cloud: "Cloud") -> dict[str, str]:
    pages = cloud.client("lambda").get_paginator("list_functions").paginate()
    wanted = cloud.settings.functions
    found = {f["FunctionName"]: f.get("State", "Active") for p in pages for f in p["Functions"]}
    return {name: found.get(name, MISSING) for name in wanted}


def _triggers(cloud: "Cloud") -> dict[str, str]:
    """What starts the two functions that stand before the workflow."""
    from provision.settings import CSV_PROCESSOR, CSV_VALIDATOR

    settings = cloud.settings
    notifications = _unless_missing(
        lambda: cloud.client("s3").get_bucket_notification_configuration(Bucket=settings.raw_bucket)
    )
    targets = [
        each["LambdaFunctionArn"]
        for each in (notifications or {}).get("LambdaFunctionConfigurations", [])
    ]
    mappings = cloud.client("lambda").list_event_source_mappings(
        EventSourceArn=cloud.arn("sqs", settings.main_queue.name)
    )["EventSourceMappings"]
    polled = [m["State"] for m in mappings if m["FunctionArn"].endswith(f":{CSV_PROCESSOR}")]
    on = cloud.arn("lambda", f"function:{CSV_VALIDATOR}") in targets
    return {
        f"S3 → {CSV_VALIDATOR}": "Enabled" if on else MISSING,
        f"SQS → {CSV_PROCESSOR}": polled[0] if polled else MISSING,
    }


def _queues(cloud: "Cloud") -> dict[str, dict[str, int] | None]:
    settings = cloud.settings
    queues = (settings.main_queue, settings.dlq, settings.notifications_queue)
    return {queue.name: _unless_missing(partial(_depth, cloud, queue.name)) for queue in queues}


def _depth(cloud: "Cloud", queue: str) -> dict[str, int]:
    attributes = cloud.client("sqs").get_queue_attributes(
        QueueUrl=cloud.queue_url(queue),
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )["Attributes"]
    return {
        "visible": int(attributes["ApproximateNumberOfMessages"]),
        "in_flight": int(attributes["ApproximateNumberOfMessagesNotVisible"]),
    }


def _state_machine(cloud: "Cloud") -> dict[str, str]:
    describe = cloud.client("stepfunctions").describe_state_machine
    found = _unless_missing(lambda: describe(stateMachineArn=cloud.state_machine_arn))
    return {cloud.settings.state_machine_name: found["status"] if found else MISSING}


def _executions(cloud: "Cloud") -> dict[str, int]:
    from lab.jobs import JobReader

    executions = _unless_missing(JobReader(cloud).executions) or []
    statuses = [execution.status for execution in executions]
    return {name: statuses.count(name.upper()) for name in ("running", "succeeded", "failed")}


def _topic(cloud: "Cloud") -> dict[str, int | None]:
    """How many subscriptions the topic has."""
    name = cloud.settings.topic_name
    pages = cloud.client("sns").get_paginator("list_subscriptions_by_topic")
    arn = cloud.arn("sns", name)
    return {
        name: _unless_missing(
            lambda: sum(len(page["Subscriptions"]) for page in pages.paginate(TopicArn=arn))
        )
    }


def _alarms(cloud: "Cloud") -> dict[str, str]:
    """The pipeline's alarms, there or not, and any others."""
    wanted = {alarm.name: MISSING for alarm in cloud.settings.alarms}
    return wanted | {a["AlarmName"]: a["StateValue"] for a in _metric_alarms(cloud)}


def _metric_alarms(cloud: "Cloud") -> list[dict[str, Any]]:
    pages = cloud.client("cloudwatch").get_paginator("describe_alarms").paginate()
    return [alarm for page in pages for alarm in page["MetricAlarms"]]


def _buckets(cloud: "Cloud") -> dict[str, str]:
    settings = cloud.settings
    existing = {bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"]}
    wanted = (settings.raw_bucket, settings.processed_bucket)
    return {name: "there" if name in existing else MISSING for name in wanted}


def _objects(cloud: "Cloud") -> dict[str, int | None]:
    settings = cloud.settings
    places = {
        "uploads": (settings.raw_bucket, settings.uploads_prefix),
        "processed": (settings.processed_bucket, settings.processed_prefix),
        "failed": (settings.raw_bucket, settings.failed_prefix),
    }
    return {name: _unless_missing(partial(_count, cloud, *place)) for name, place in places.items()}


def _count(cloud: "Cloud", bucket: str, prefix: str) -> int:
    """Files under a prefix, without folder markers and the reasons beside failed files."""
    pages = (
        cloud.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    )
    entries = (entry for page in pages for entry in page.get("Contents", []))
    return sum(
        bool(entry["Size"] or not entry["Key"].endswith("/"))
        for entry in entries
        if not entry["Key"].endswith(".error.json")
    )


def _disk(cloud: "Cloud") -> dict[str, int] | None:
    """What the lab takes of the disk, in bytes; None where the endpoint can't say."""
    import requests

    from lab.disk import DISK_PATH, space_of
    from lab.emulator import get_page
    from lab.paths import lab_home

    try:
        held = get_page(cloud.endpoint, DISK_PATH)
    except requests.RequestException:  # no plugin, or no LocalStack
        return None
    return {**held, "folder_bytes": space_of(lab_home(cloud.lab.port))}


def _unless_missing[T](read: Callable[[], T]) -> T | None:
    from lab.cloud import MISSING_CODES
    from provision.target import unless_missing

    return unless_missing(read, *MISSING_CODES)


def _tell(report: Mapping[str, Any]) -> None:
    _line("lab", f"{report['endpoint']}  engine {report['engine']}, profile {report['profile']}")
    broken = [
        f"{name}: {state}" for name, state in report["functions"].items() if state != "Active"
    ]
    total = len(report["functions"])
    _line("functions", f"{total - len(broken)} of {total} active", *broken)
    _line("triggers", *(f"{name}: {_told(state)}" for name, state in report["triggers"].items()))
    files = ", ".join(f"{n} {name}" for name, n in report["objects"].items() if n is not None)
    missing = [f"{name}: {_told(s)}" for name, s in report["buckets"].items() if s == MISSING]
    _line("files", *filter(None, [files, *missing]))
    queues = [
        f"{name}: {depth['visible']} waiting, {depth['in_flight']} in flight"
        if depth
        else f"{name}: {RED_MISSING}"
        for name, depth in report["queues"].items()
    ]
    _line("queues", *queues)
    [(machine, state)] = report["state_machine"].items()
    executions = ", ".join(f"{n} {name}" for name, n in report["executions"].items())
    _line("executions", f"{machine}: {RED_MISSING}" if state == MISSING else executions)
    [(topic, subscriptions)] = report["topic"].items()
    told = RED_MISSING if subscriptions is None else f"{subscriptions} subscriptions"
    _line("topic", f"{topic}: {told}")
    _line("alarms", *(f"{inline(name)}: {_told(s)}" for name, s in report["alarms"].items()))
    if report["disk"]:
        _line("disk", _told_disk(report["disk"]))
    if report["missing"]:
        out.print(f"\n{len(report['missing'])} missing. {how_to_make_again()}", soft_wrap=True)


def how_to_make_again() -> str:
    """The advice where something is missing."""
    return (
        f"{command('deploy')} makes what is missing. It says what it will change, and asks before "
        "it replaces anything that was changed since."
    )


def _told_disk(disk: Mapping[str, int]) -> str:
    from rich.filesize import decimal

    parts = [f"{decimal(disk['stored_bytes'])} of objects"]
    if disk["unfinished_bytes"]:
        parts.append(f"{decimal(disk['unfinished_bytes'])} of it in unfinished uploads")
    parts.append(f"{decimal(disk['folder_bytes'])} of files and logs")
    parts.append(f"{decimal(disk['free_bytes'])} free")
    return ", ".join(parts)


def _told(state: str) -> str:
    colour = COLOURS.get(state, "white")
    return f"[{colour}]{state}[/{colour}]"


def _line(name: str, *values: str) -> None:
    for number, value in enumerate(values):
        out.print(f"[bold]{name if number == 0 else '':<12}[/bold]{value}", soft_wrap=True)
