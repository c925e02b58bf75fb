"""console: the lab in a browser, each click with its command."""

import webbrowser
from typing import Annotated

import typer

from lab.advice import command
from lab.chosen import choose_account, choose_port
from lab.console import err, out
from lab.language import say
from lab.launch.finding import find_lab
from lab.launch.readiness import read_readiness
from lab.launch.turns import turn
from lab.launch.web_console import PORT_ASKED_FOR, WebConsole, port_asked_for
from lab.options import LabPort

ConsolePort = Annotated[
    int | None,
    typer.Option(
        "--port",
        min=1,
        max=65535,
        help=f"Where the console listens. Default: ${PORT_ASKED_FOR}, else 4580.",
    ),
]
Open = Annotated[bool, typer.Option("--open", help="Also open it in your browser.")]
ReadOnly = Annotated[bool, typer.Option("--read-only", help="Look only; nothing can be changed.")]
Stop = Annotated[bool, typer.Option("--stop", help="End the console; the lab goes on.")]
BeginIn = Annotated[
    str | None,
    typer.Option(
        "--account", metavar="NUMBER", envvar="LAB_ACCOUNT", help="The account to begin in."
    ),
]


def console(  # noqa: PLR0913, PLR0917 - options
    port: ConsolePort = None,
    open_it: Open = False,
    read_only: ReadOnly = False,
    stop: Stop = False,
    lab_port: LabPort = None,
    account: BeginIn = None,
) -> None:
    """Show the lab in your browser: click as in AWS's console, each click with its command."""
    number = choose_port(lab_port)
    mine = choose_account(account) if account else ""
    with turn(number):
        if stop:
            _stop(WebConsole(number))
            return
        address = _start(WebConsole(number), port, mine=mine, read_only=read_only)
    if not read_readiness(find_lab(number).endpoint).answers:
        waits = say("The lab is not running; the console waits for it: {up}", up=command("up"))
        out.print(waits, soft_wrap=True)
    stop_it, down = command("console --stop"), command("down")
    out.print(say("It runs until {stop} or {down}.", stop=stop_it, down=down), soft_wrap=True)
    if open_it:
        webbrowser.open(address)


def _stop(running: WebConsole) -> None:
    number = running.lab_port
    was_running = running.stop()
    out.print(
        say("The console of the lab on port {port} is stopped.", port=number)
        if was_running
        else say("The console of the lab on port {port} was not running.", port=number)
    )


def _start(running: WebConsole, port: int | None, *, mine: str, read_only: bool) -> str:
    """Start the console, or find it running; its address, which is said."""
    address = running.address()
    if address is not None:
        told = say("The console runs already: {address}", address=address)
    else:
        wanted = port or port_asked_for()
        running.prepare(wanted)
        lab = find_lab(running.lab_port)
        with err.status(say("starting the console")):
            address = running.start(lab, wanted, mine=mine, read_only=read_only)
        told = say("The console: {address}", address=address)
    out.print(f"[green]✓[/green] {told}", soft_wrap=True)
    return address
