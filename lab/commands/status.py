"""status, alarms: how the lab is doing."""

from collections.abc import Mapping
from typing import Any

from lab.advice import command
from lab.chosen import FIRST_ACCOUNT
from lab.console import bangkok, inline, out, print_json
from lab.errors import LabError
from lab.inventory import MISSING, metric_alarms, take_inventory
from lab.launch.choice import launcher_of
from lab.launch.finding import find_lab, open_lab
from lab.options import Account, Json, Port

RED_MISSING = f"[red]{MISSING}[/red]"
COLOURS = {
    "OK": "green",
    "ALARM": "red",
    "INSUFFICIENT_DATA": "yellow",
    "Enabled": "green",
    "Disabled": "yellow",
    MISSING: "red",
}


def status(port: Port = None, account: Account = FIRST_ACCOUNT, json: Json = False) -> None:
    """Show the engine, what of the pipeline is there and what is not, and how it is doing."""
    lab = find_lab(port)
    launched = launcher_of(lab).status()
    if not launched.ready and json:
        print_json({"endpoint": lab.endpoint, "running": launched.running, "ready": False})
    opened = open_lab(port, account)
    report = {
        "endpoint": lab.endpoint,
        "running": True,
        "ready": True,
        "engine": lab.engine if launched.running else "unknown",
        "profile": lab.profile,
        "detail": launched.detail,
        **take_inventory(opened),
    }
    if json:
        print_json(report)
    else:
        _tell(report)


def alarms(port: Port = None, account: Account = FIRST_ACCOUNT) -> None:
    """Show the alarms: state, what they watch, and why they are in that state."""
    found = metric_alarms(open_lab(port, account))
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
    """Return the advice where something is missing."""
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
