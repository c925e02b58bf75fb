"""status, alarms: how the lab is doing."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from lab.advice import command
from lab.commands.options import Account, Json, Port
from lab.console import bangkok, inline, out, print_json
from lab.current import FIRST_ACCOUNT, meant_lab
from lab.errors import LabError

if TYPE_CHECKING:
    from lab.cloud import Cloud

COLOURS = {"OK": "green", "ALARM": "red", "INSUFFICIENT_DATA": "yellow"}


def status(port: Port = None, account: Account = FIRST_ACCOUNT, json: Json = False) -> None:
    """Show the engine, the resources, queue depths, running executions and alarms."""
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

    found = _alarms(open_cloud(port, account))
    if not found:
        raise LabError(f"The lab has no alarms; it is not provisioned. Run: {command('reset')}")
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
        "queues": _queues,
        "executions": _executions,
        "alarms": lambda cloud: {a["AlarmName"]: a["StateValue"] for a in _alarms(cloud)},
        "objects": _objects,
    }
    for service in ("lambda", "sqs", "stepfunctions", "cloudwatch", "s3"):
        cloud.client(service)  # made one after the other: botocore's loader is not thread-safe
    with ThreadPoolExecutor(len(parts)) as askers:
        answers = {name: askers.submit(ask, cloud) for name, ask in parts.items()}
        return {name: answer.result() for name, answer in answers.items()}


def _functions(cloud: "Cloud") -> dict[str, str]:
    pages = cloud.client("lambda").get_paginator("list_functions").paginate()
    wanted = cloud.settings.functions
    found = {f["FunctionName"]: f.get("State", "Active") for p in pages for f in p["Functions"]}
    return {name: found.get(name, "missing") for name in wanted}


def _queues(cloud: "Cloud") -> dict[str, dict[str, int]]:
    settings = cloud.settings
    depths = {}
    for queue in (settings.main_queue, settings.dlq, settings.notifications_queue):
        attributes = cloud.client("sqs").get_queue_attributes(
            QueueUrl=cloud.queue_url(queue.name),
            AttributeNames=[
                "ApproximateNumberOfMessages",
                "ApproximateNumberOfMessagesNotVisible",
            ],
        )["Attributes"]
        depths[queue.name] = {
            "visible": int(attributes["ApproximateNumberOfMessages"]),
            "in_flight": int(attributes["ApproximateNumberOfMessagesNotVisible"]),
        }
    return depths


def _executions(cloud: "Cloud") -> dict[str, int]:
    from lab.jobs import JobReader

    statuses = [execution.status for execution in JobReader(cloud).executions()]
    return {name: statuses.count(name.upper()) for name in ("running", "succeeded", "failed")}


def _alarms(cloud: "Cloud") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return found


def _objects(cloud: "Cloud") -> dict[str, int]:
    settings = cloud.settings
    places = {
        "uploads": (settings.raw_bucket, settings.uploads_prefix),
        "processed": (settings.processed_bucket, settings.processed_prefix),
        "failed": (settings.raw_bucket, settings.failed_prefix),
    }
    return {name: _count(cloud, *place) for name, place in places.items()}


def _count(cloud: "Cloud", bucket: str, prefix: str) -> int:
    """Files under a prefix, without folder markers and the reasons beside failed files."""
    pages = (
        cloud.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    )
    keys = (entry["Key"] for page in pages for entry in page.get("Contents", []))
    return sum(not key.endswith(("/", ".error.json")) for key in keys)


def _tell(report: Mapping[str, Any]) -> None:
    _line("lab", f"{report['endpoint']}  engine {report['engine']}, profile {report['profile']}")
    broken = [
        f"{name}: {state}" for name, state in report["functions"].items() if state != "Active"
    ]
    total = len(report["functions"])
    _line("functions", f"{total - len(broken)} of {total} active", *broken)
    objects = ", ".join(f"{count} {name}" for name, count in report["objects"].items())
    _line("files", objects)
    queues = [
        f"{name}: {depth['visible']} waiting, {depth['in_flight']} in flight"
        for name, depth in report["queues"].items()
    ]
    _line("queues", *queues)
    _line("executions", ", ".join(f"{n} {name}" for name, n in report["executions"].items()))
    alarms = [
        f"{name}: [{COLOURS.get(state, 'white')}]{state}[/{COLOURS.get(state, 'white')}]"
        for name, state in report["alarms"].items()
    ]
    _line("alarms", *alarms)


def _line(name: str, *values: str) -> None:
    for number, value in enumerate(values):
        out.print(f"[bold]{name if number == 0 else '':<12}[/bold]{value}", soft_wrap=True)
