"""console: the lab in a browser, each click with its command."""

import webbrowser
from typing import Annotated

import typer

from lab.advice import command
from lab.chosen import FIRST_ACCOUNT, choose_account, choose_port
from lab.console import err, out
from lab.language import say
from lab.launch.finding import find_lab
from lab.launch.readiness import read_readiness
from lab.launch.turns import turn
from lab.launch.web_console import DEFAULT_CONSOLE_PORT, WebConsole
from lab.options import Port, StudentAccount

ConsolePort = Annotated[int, typer.Option("--console-port", help="Where the console listens.")]
Open = Annotated[bool, typer.Option("--open", help="Also open it in your browser.")]
ReadOnly = Annotated[bool, typer.Option("--read-only", help="Look only; nothing can be changed.")]
Stop = Annotated[bool, typer.Option("--stop", help="End the console; the lab goes on.")]


def console(  # noqa: PLR0913, PLR0917 - options
    console_port: ConsolePort = DEFAULT_CONSOLE_PORT,
    open_it: Open = False,
    read_only: ReadOnly = False,
    stop: Stop = False,
    port: Port = None,
    account: StudentAccount = None,
) -> None:
    """Show the lab in your browser: S3, SQS, Step Functions, SNS and the inbox."""
    number = choose_port(port)
    with turn(number):
        running = WebConsole(number)
        if stop:
            was_running = running.stop()
            out.print(
                say("The console of the lab on port {port} is stopped.", port=number)
                if was_running
                else say("The console of the lab on port {port} was not running.", port=number)
            )
            return
        address = running.address()
        if address is None:
            lab = find_lab(number)
            with err.status(say("starting the console")):
                address = running.start(lab, _accounts(account), console_port, read_only=read_only)
    out.print(f"[green]✓[/green] {say('The console: {address}', address=address)}", soft_wrap=True)
    if not read_readiness(find_lab(number).endpoint).answers:
        waits = say("The lab is not running; the console waits for it: {up}", up=command("up"))
        out.print(waits, soft_wrap=True)
    stop_it, down = command("console --stop"), command("down")
    out.print(say("It runs until {stop} or {down}.", stop=stop_it, down=down), soft_wrap=True)
    if open_it:
        webbrowser.open(address)


def _accounts(student: str | None) -> dict[str, str]:
    from course.sandbox import DEFAULT_ACCOUNT

    mine = choose_account(student) if student else DEFAULT_ACCOUNT
    return {mine: "my sandbox", FIRST_ACCOUNT: "the finished pipeline"}
