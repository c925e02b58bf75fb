"""iam: which permissions were used, which were denied, and which were never used."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from lab.advice import command
from lab.chosen import FIRST_ACCOUNT
from lab.console import inline, out, print_json
from lab.language import Sentence, say
from lab.launch.finding import find_lab
from lab.options import Account, Json, Port

if TYPE_CHECKING:
    from lab.permissions import Identity, Permission

Clear = Annotated[bool, typer.Option("--clear", help="Forget what was used until now.")]
Denied = Annotated[bool, typer.Option("--denied", help="Only what was denied.")]


def iam(
    clear: Clear = False,
    denied: Denied = False,
    port: Port = None,
    account: Account = FIRST_ACCOUNT,
    json: Json = False,
) -> None:
    """Show, role by role, the permissions used, denied, and granted but never used."""
    from lab.permissions import empty_journal, read_identities

    endpoint = find_lab(port).endpoint
    if clear:
        empty_journal(endpoint, account)
        out.print(say("Forgotten. What is used from now on counts: {iam}", iam=command("iam")))
        return
    mode, identities = read_identities(endpoint, account)
    if json:
        print_json({"mode": mode, "identities": [asdict(each) for each in identities]})
        return
    out.print(f"IAM: [bold]{mode}[/bold] (LAB_IAM)\n")
    for each in identities:
        if each.denied or not denied:
            show(each, denied_only=denied)


def show(identity: Identity, *, denied_only: bool) -> None:
    """Print one identity's permissions."""
    out.print(f"[bold]{inline(identity.name)}[/bold]")
    for permission in identity.denied:
        line("red", say("denied"), permission)
    if not denied_only:
        for permission in identity.used:
            line("green", say("used"), permission)
        for permission in identity.unused:
            line("yellow", say("never used"), permission)
    out.print()


def line(colour: str, word: str, permission: Permission) -> None:
    """Print one permission: how it went, how often, the action, the resource, and why."""
    count = str(permission.count) if permission.count else "-"
    told = say(permission.why) if isinstance(permission.why, Sentence) else permission.why
    why = f"  ({told})" if told else ""
    out.print(
        f"  [{colour}]{word}[/{colour}] {count:>5}  {inline(_action(permission))}  "
        f"[dim]{inline(permission.resource)}{inline(why)}[/dim]",
        soft_wrap=True,
    )


def _action(permission: Permission) -> str:
    from lab.permissions import ALL_BUT

    name = permission.action.removeprefix(ALL_BUT)
    return name if name == permission.action else say("all but {action}", action=name)
