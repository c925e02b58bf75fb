"""chaos: faults on demand, to see what the pipeline does about them."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from lab.advice import command
from lab.chaos import poller_state, read_faults, set_poller, switch_off, switch_on
from lab.chosen import FIRST_ACCOUNT
from lab.console import inline, out, print_json
from lab.errors import UsageError
from lab.launch.finding import open_lab
from lab.options import Account, Json, Port

app = typer.Typer(
    help="ทำให้บริการขัดข้องโดยตั้งใจ / Faults on demand: docs/chaos.md", no_args_is_help=True
)

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
    """แสดงสิ่งที่เปิดไว้ / Show what is switched on, and how often it has struck."""
    lab = open_lab(port, account)
    faults, poller = read_faults(lab), poller_state(lab)
    if json:
        print_json({"poller": poller, "faults": faults})
        return
    if poller != "Enabled":
        out.print(f"[yellow]ตัวอ่านคิวหยุดอยู่ / the queue poller is {poller}[/yellow]")
    if not faults:
        out.print("ไม่มีสิ่งใดขัดข้อง / nothing is faulty. scripts/lab chaos on --help")
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
    """เปิดความขัดข้อง / Make a service or a function faulty for a while, or pause the queue poller.

    Without --calls or --seconds a service is faulty for 60 s, and a function is lost once.
    """
    options = {"operation": operation, "at": at, "delay": delay, "calls": calls, "seconds": seconds}
    if kind is Kind.PAUSE:
        if target or by or any(value is not None for value in options.values()):
            raise UsageError(
                "pause takes no target and no option. See: scripts/lab chaos on --help"
            )
        set_poller(open_lab(port, account), enabled=False)
        advice = command("chaos off poller")
        out.print(f"ตัวอ่านคิวหยุดแล้ว / The queue poller stands still. {advice}", soft_wrap=True)
        return
    if not target:
        raise UsageError(f"{kind} needs a target. See: scripts/lab chaos on --help")
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
    """ปิดความขัดข้อง / Switch one fault off, or all of them and the pause."""
    lab = open_lab(port, account)
    if which not in ("all", POLLER):
        switch_off(lab, which)
    if which == "all":
        switch_off(lab)
    if which in ("all", POLLER):
        set_poller(lab, enabled=True)
    out.print(f"ปกติแล้ว / Off. {command('chaos list')}")


def _line(fault: dict[str, Any]) -> str:
    """Return one fault as a line: number, what, whose, how long still, how often it struck."""
    what = f"{fault['kind']} {fault['target']}"
    if fault["at"]:
        what += f" {fault['at']}"
    if fault["operation"]:
        what += f" {fault['operation']}"
    if fault["role"]:
        what += f" by {fault['role']}"
    if fault["delay"]:
        what += f" by {fault['delay']:g} s"
    limits = [f"{fault['seconds_left']:.0f} s"]
    if fault["calls"] is not None:
        limits.append(f"{fault['calls'] - fault['struck']} calls")
    left = "จบแล้ว / over" if fault["over"] else f"เหลือ / left: {', '.join(limits)}"
    return (
        f"[bold]{fault['id']:>3}[/bold]  {inline(what)}  [dim]{left}[/dim]  "
        f"โดน / struck: {fault['struck']}"
    )
