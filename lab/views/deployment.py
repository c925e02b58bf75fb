"""What a deployment will change, and the question before it replaces what is not the lab's own."""

import sys

import typer

from lab.advice import command
from lab.console import err, inline, out
from lab.errors import FAILED, LabError
from lab.provisioner import Change, Plan, Provisioner

SHOWN = 8
"""How many of the resources that are created are named; a new account has all of them."""


def bring_in(provisioner: Provisioner, without_asking: str, *, yes: bool) -> None:
    """Provision after saying what will change, and asking where it is not the lab's own.

    Args:
        provisioner: What provisions.
        without_asking: The command that does the same without asking, for the advice.
        yes: Whether to ask nothing.

    Raises:
        LabError: Nobody can be asked, or provisioning failed.
        typer.Exit: The answer was no.
    """
    with err.status("comparing the cloud with your checkout"):
        plan = provisioner.plan()
    _show(plan)
    if plan.replace and not yes:
        _ask(plan, without_asking)
    if plan.changes:
        out.print()
        provisioner.apply(lambda line: out.print(line, markup=False, soft_wrap=True))


def _show(plan: Plan) -> None:
    if not plan.changes:
        out.print(f"Nothing to change: all {plan.unchanged} resources are as they should be.")
        return
    out.print(f"{plan.changes} of {plan.changes + plan.unchanged} resources will change:")
    for change in plan.create[:SHOWN]:
        _line("green", "create", change)
    if len(plan.create) > SHOWN:
        out.print(f"           … and {len(plan.create) - SHOWN} more that are missing")
    for change in plan.update:
        _line("yellow", "update", change)
    for change in plan.replace:
        _line("red", "replace", change)


def _line(colour: str, what: str, change: Change) -> None:
    out.print(f"  [{colour}]{what:<8}[/{colour}] {inline(change.resource)}", soft_wrap=True)
    for difference in change.differences:
        out.print(f"             [dim]{inline(difference)}[/dim]", soft_wrap=True)


def _ask(plan: Plan, without_asking: str) -> None:
    count = len(plan.replace)
    noun = "1 resource was" if count == 1 else f"{count} resources were"
    what = f"{noun} made or changed by hand"
    if not (sys.stdin.isatty() and err.is_terminal):
        names = ", ".join(change.resource for change in plan.replace)
        raise LabError(
            f"Nothing was changed: {what} ({names}). "
            f"To replace what is there: {command(without_asking)}"
        )
    from rich.prompt import Confirm

    if not Confirm.ask(f"\n{what}. Replace what is there?", console=err, default=False):
        out.print("Nothing was changed.")
        raise typer.Exit(FAILED)
