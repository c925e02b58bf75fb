"""status, alarms: how the lab is doing."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lab.advice import command
from lab.chosen import FIRST_ACCOUNT, TargetName
from lab.console import bangkok, inline, out, padded, print_json
from lab.errors import LabError
from lab.inventory import MISSING, metric_alarms, take_inventory
from lab.language import say
from lab.launch.choice import launcher_of
from lab.launch.finding import find_lab, open_lab
from lab.launch.web_console import WebConsole
from lab.options import Account, Json, Port, Target
from lab.running import RunningLab
from lab.states import automatic_state

COLOURS = {
    "OK": "green",
    "ALARM": "red",
    "INSUFFICIENT_DATA": "yellow",
    "Enabled": "green",
    "Disabled": "yellow",
    MISSING: "red",
}


def status(
    port: Port = None,
    account: Account = FIRST_ACCOUNT,
    target: Target = None,
    json: Json = False,
) -> None:
    """Show the engine, what of the pipeline is there and what is not, and how it is doing."""
    report = (
        _of_a_lab(port, account, target, json=json)
        if target is None or target.is_lab
        else _of_a_target(open_lab(port, account, target))
    )
    if json:
        print_json(report)
    else:
        _tell(report)


def _of_a_lab(
    port: int | None, account: str, target: TargetName | None, *, json: bool
) -> dict[str, Any]:
    """Return the report about a lab on this machine; without one only JSON tells anything."""
    lab = find_lab(port)
    launched = launcher_of(lab).status()
    if not launched.ready and json:
        print_json({"endpoint": lab.endpoint, "running": launched.running, "ready": False})
    opened = open_lab(port, account, target)
    return {
        "endpoint": lab.endpoint,
        "running": True,
        "ready": True,
        "engine": lab.engine if launched.running else "unknown",
        "profile": lab.profile,
        "detail": launched.detail,
        "console": WebConsole(lab.port).address(),
        "cloud": automatic_state(lab.endpoint),
        **take_inventory(opened),
    }


def _of_a_target(lab: RunningLab) -> dict[str, Any]:
    """Return the report about a pipeline elsewhere: what is not AWS's is None."""
    return {
        "endpoint": lab.endpoint,
        "running": True,
        "ready": True,
        "target": lab.record.engine,
        "account": lab.account,
        "region": lab.region,
        "profile": lab.record.profile,
        "console": None,
        "cloud": None,
        **take_inventory(lab),
    }


def alarms(port: Port = None, account: Account = FIRST_ACCOUNT, target: Target = None) -> None:
    """Show the alarms: state, what they watch, and why they are in that state."""
    found = metric_alarms(open_lab(port, account, target))
    if not found:
        raise LabError(say("This cloud has no alarms. {advice}", advice=how_to_make_again()))
    for alarm in found:
        state = alarm["StateValue"]
        colour = COLOURS.get(state, "white")
        out.print(f"[{colour}]{state:<18}[/{colour}] [bold]{alarm['AlarmName']}[/bold]")
        out.print(
            f"{'':19}"
            + say(
                "{metric}, {statistic} over {period} s > {threshold:g}",
                metric=f"{alarm['Namespace']} {alarm['MetricName']}",
                statistic=alarm["Statistic"],
                period=alarm["Period"],
                threshold=alarm["Threshold"],
            )
        )
        since = say(
            "since {moment}: {reason}",
            moment=bangkok(alarm["StateUpdatedTimestamp"]),
            reason=inline(alarm.get("StateReason", "")),
        )
        out.print(f"{'':19}[dim]{since}[/dim]", soft_wrap=True)


def _tell(report: Mapping[str, Any]) -> None:
    if "target" in report:
        where = f"account {report['account']}, {report['region']}, profile {report['profile']}"
        _line(say("target"), f"{report['target']}  {report['endpoint']}, {where}")
    else:
        engine = f"engine {report['engine']}, profile {report['profile']}"
        _line(say("lab"), f"{report['endpoint']}  {engine}")
        not_running = say("not running; {start} starts it", start=command("console"))
        _line("console", report["console"] or not_running)
    broken = [
        f"{name}: {_told(state)}"
        for name, state in report["functions"].items()
        if state != "Active"
    ]
    total = len(report["functions"])
    active = say("{active} of {total} active", active=total - len(broken), total=total)
    _line(say("functions"), active, *broken)
    _line(
        say("triggers"), *(f"{name}: {_told(state)}" for name, state in report["triggers"].items())
    )
    files = ", ".join(f"{n} {name}" for name, n in report["objects"].items() if n is not None)
    missing = [f"{name}: {_told(s)}" for name, s in report["buckets"].items() if s == MISSING]
    _line(say("files"), *filter(None, [files, *missing]))
    queues = [
        f"{name}: {_told_depth(depth) if depth else _told(MISSING)}"
        for name, depth in report["queues"].items()
    ]
    _line(say("queues"), *queues)
    [(machine, state)] = report["state_machine"].items()
    executions = ", ".join(f"{n} {name}" for name, n in report["executions"].items())
    _line(say("executions"), f"{machine}: {_told(MISSING)}" if state == MISSING else executions)
    [(topic, subscriptions)] = report["topic"].items()
    told = (
        _told(MISSING)
        if subscriptions is None
        else say("{count} subscriptions", count=subscriptions)
    )
    _line(say("topic"), f"{topic}: {told}")
    _line(say("alarms"), *(f"{inline(name)}: {_told(s)}" for name, s in report["alarms"].items()))
    if report["disk"]:
        _line(say("disk"), _told_disk(report["disk"]))
    if report["cloud"]:
        _line(say("cloud"), *_told_cloud(report["cloud"]))
    if report["missing"]:
        count = say("{count} missing.", count=len(report["missing"]))
        out.print(f"\n{count} {how_to_make_again()}", soft_wrap=True)


def how_to_make_again() -> str:
    """Return the advice where something is missing."""
    return say(
        "{deploy} makes what is missing. It says what it will change, and asks before it replaces "
        "anything that was changed since.",
        deploy=command("deploy"),
    )


def _told_depth(depth: Mapping[str, int]) -> str:
    return say(
        "{visible} waiting, {in_flight} in flight",
        visible=depth["visible"],
        in_flight=depth["in_flight"],
    )


def _told_cloud(state: Mapping[str, Any]) -> list[str]:
    """Tell until when what was done is saved, and what is not."""
    if state["persist"] != "on":
        return [say("not saved: LAB_PERSIST=off")]
    last = state["last"]
    told = (
        [say("saved at {when}", when=bangkok(datetime.fromtimestamp(last["saved_at"], UTC)))]
        if last
        else []
    )
    if state["problem"]:
        told.append(f"[red]{say('not saved: {reason}', reason=inline(state['problem']))}[/red]")
    for line in last.get("left_out", ()):
        told.append(f"[yellow]{say('not saved: {reason}', reason=inline(line))}[/yellow]")
    return told


def _told_disk(disk: Mapping[str, int]) -> str:
    from rich.filesize import decimal

    parts = [say("{size} of objects", size=decimal(disk["stored_bytes"]))]
    if disk["unfinished_bytes"]:
        unfinished = decimal(disk["unfinished_bytes"])
        parts.append(say("{size} of it in unfinished uploads", size=unfinished))
    parts.append(say("{size} of files and logs", size=decimal(disk["folder_bytes"])))
    parts.append(say("{size} free", size=decimal(disk["free_bytes"])))
    return ", ".join(parts)


def _told(state: str) -> str:
    colour = COLOURS.get(state, "white")
    return f"[{colour}]{say('missing') if state == MISSING else state}[/{colour}]"


def _line(name: str, *values: str) -> None:
    for number, value in enumerate(values):
        head = padded(name if number == 0 else "", 12)
        out.print(f"[bold]{head}[/bold]{value}", soft_wrap=True)
