"""chaos: faults on demand, to see what the pipeline does about them."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from lab.advice import command
from lab.chaos import poller_state, read_faults, set_poller, switch_off, switch_on
from lab.chosen import FIRST_ACCOUNT
from lab.console import inline, out, print_json
from lab.errors import UsageError
from lab.language import say
from lab.launch.finding import open_lab
from lab.options import Account, Json, Port

app = typer.Typer(help="Faults on demand: docs/chaos.md", no_args_is_help=True)

POLLER = "poller"


class Kind(StrEnum):
    """What goes wrong."""

    THROTTLE = "throttle"
    ERROR = "error"
    SLOW = "slow"
    KILL = "kill"
    MEMORY = "memory"
    PAUSE = "pause"


class Point(StrEnum):
    """When a function is killed."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


Target = Annotated[
    str,
    typer.Argument(
        help="A service (s3, sqs, stepfunctions, sns, lambda, logs, cloudwatch); for kill "
        "and memory a function; for pause nothing."
    ),
]
Operation = Annotated[
    str | None, typer.Option("--operation", help="Only this API operation, such as GetObject.")
]
By = Annotated[
    str | None, typer.Option("--by", help="Only requests of this function, or of this role.")
]
At = Annotated[Point | None, typer.Option("--at", help="kill: when. Default: during.")]
Delay = Annotated[float | None, typer.Option("--delay", help="slow: by so many seconds.")]
Calls = Annotated[int | None, typer.Option("--calls", help="Strike so many times, then stop.")]
Seconds = Annotated[float | None, typer.Option("--seconds", help="Stop after so long.")]


@app.command("list")
def list_(port: Port = None, account: Account = FIRST_ACCOUNT, json: Json = False) -> None:
    """Show what is switched on, and how often it has struck."""
    lab = open_lab(port, account)
    faults, poller = read_faults(lab), poller_state(lab)
    if json:
        print_json({"poller": poller, "faults": faults})
        return
    if poller not in ("Enabled", None):
        told = say("The queue poller is {state}.", state=poller)
        out.print(f"[yellow]{told}[/yellow]")
    if not faults:
        out.print(say("Nothing is faulty. See: scripts/lab chaos on --help"))
    for fault in faults:
        out.print(_line(fault), soft_wrap=True)


@app.command("on")
def on(  # noqa: PLR0913, PLR0917 - one for each option
    kind: Kind,
    target: Target = "",
    operation: Operation = None,
    by: By = None,
    at: At = None,
    delay: Delay = None,
    calls: Calls = None,
    seconds: Seconds = None,
    port: Port = None,
    account: Account = FIRST_ACCOUNT,
) -> None:
    """Make a service or a function faulty for a while, or pause the queue poller.

    Without --calls or --seconds a service is faulty for 60 s, and a function is lost once.
    """
    options = {"operation": operation, "at": at, "delay": delay, "calls": calls, "seconds": seconds}
    if kind is Kind.PAUSE:
        if target or by or any(value is not None for value in options.values()):
            raise UsageError(
                say("pause takes no target and no option. See: scripts/lab chaos on --help")
            )
        set_poller(open_lab(port, account), enabled=False)
        advice = command("chaos off poller")
        out.print(say("The queue poller stands still. {off}", off=advice), soft_wrap=True)
        return
    if not target:
        raise UsageError(say("{kind} needs a target. See: scripts/lab chaos on --help", kind=kind))
    lab = open_lab(port, account)
    functions = lab.settings.functions
    role = functions[by].role_name if by in functions else by
    wanted = {"kind": kind, "target": target, "role": role, **options}
    out.print(_line(switch_on(lab, wanted)), soft_wrap=True)


@app.command("off")
def off(
    which: Annotated[
        str, typer.Argument(help="A fault's number, `poller`, or `all`.", metavar="ID")
    ] = "all",
    port: Port = None,
    account: Account = FIRST_ACCOUNT,
) -> None:
    """Switch one fault off, or all of them and the pause."""
    lab = open_lab(port, account)
    if which not in ("all", POLLER):
        switch_off(lab, which)
    if which == "all":
        switch_off(lab)
    if which == POLLER or (which == "all" and poller_state(lab)):
        set_poller(lab, enabled=True)
    out.print(say("Off. {list}", list=command("chaos list")))


def _line(fault: dict[str, Any]) -> str:
    """Return one fault as a line: number, what, whose, how long still, how often it struck."""
    what = f"{fault['kind']} {fault['target']}"
    if fault["at"]:
        what += f" {fault['at']}"
    if fault["operation"]:
        what += f" {fault['operation']}"
    if fault["role"]:
        what += " " + say("by {role}", role=fault["role"])
    if fault["delay"]:
        what += " " + say("by {seconds:g} s", seconds=fault["delay"])
    limits = [say("{seconds:.0f} s", seconds=fault["seconds_left"])]
    if fault["calls"] is not None:
        limits.append(say("{count} calls", count=fault["calls"] - fault["struck"]))
    left = say("over") if fault["over"] else say("left: {limits}", limits=", ".join(limits))
    return f"[bold]{fault['id']:>3}[/bold]  {inline(what)}  [dim]{left}[/dim]  " + say(
        "struck: {count}", count=fault["struck"]
    )
