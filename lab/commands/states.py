"""save, load, states: named states of the cloud, to return to and to hand out."""

import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.filesize import decimal
from rich.table import Table

from lab.advice import command
from lab.chosen import choose_port
from lab.console import bangkok, err, inline, out, print_json
from lab.errors import LabError
from lab.language import say
from lab.launch.finding import open_lab
from lab.options import Json, Port
from lab.states import (
    ForeignCodeError,
    all_states,
    file_of,
    own_code,
    tell_what_is_not_saved,
)
from lab.states import load as load_file
from lab.states import save as save_file
from lab.views.asking import go_on_if_yes

Name = Annotated[str, typer.Argument(metavar="NAME", help="What to call it, for example week2.")]
Which = Annotated[
    str, typer.Argument(metavar="NAME|FILE", help="A name that `states` lists, or a file.")
]
Replace = Annotated[bool, typer.Option("--replace", help="Replace a state of this name.")]
TrustCode = Annotated[
    bool, typer.Option("--trust-code", help="Run the functions' code that a foreign file brings.")
]


def save(name: Name, replace: Replace = False, port: Port = None) -> None:
    """Save the whole cloud as it is now, all accounts, under a name."""
    choose_port(port)
    file = file_of(name)
    if file.exists() and not replace:
        raise LabError(
            say(
                "There is a state {name} already. Take another name, or replace it: {replace}",
                name=name,
                replace=command(f"save {name} --replace"),
            )
        )
    endpoint = open_lab(port).endpoint
    with err.status(say("saving the cloud")):
        saved = save_file(endpoint, file)
    size = decimal(saved.bytes)
    told = say("Saved as {name} ({size}): {file}", name=name, size=size, file=file)
    out.print(f"[green]✓[/green] {inline(told)}", soft_wrap=True)
    back = say("Return to it: {load}", load=command(f"load {name}"))
    out.print(f"  {back}", soft_wrap=True)
    tell_what_is_not_saved(saved.left_out)


def load(which: Which, trust_code: TrustCode = False, port: Port = None) -> None:
    """Put a saved cloud in the place of the present one. A file that is refused changes nothing."""
    choose_port(port)
    file, is_own = _file(which)
    endpoint = open_lab(port).endpoint
    trusted = None if is_own or trust_code else own_code()
    try:
        told = _loaded(endpoint, file, trusted)
    except ForeignCodeError as error:
        _ask_to_trust(error, f"load {shlex.quote(which)} --trust-code")
        # What was listed, and nothing else: the file may be another one by now.
        told = _loaded(endpoint, file, (trusted or set()) | error.codes)
    when = bangkok(datetime.fromtimestamp(told["saved_at"], UTC))
    done = say("The cloud is as it was at {when} ({took:.1f} s).", when=when, took=told["seconds"])
    out.print(f"[green]✓[/green] {done}", soft_wrap=True)
    if resumed := told["resumed"]:
        out.print(say("Executions that go on where they were: {count}", count=resumed))


def _loaded(endpoint: str, file: Path, trusted: set[str] | None) -> dict[str, Any]:
    with err.status(say("loading the cloud")):
        return load_file(endpoint, file, trusted)


def _ask_to_trust(found: ForeignCodeError, without_asking: str) -> None:
    """List code that is not this repository's, and ask whether it may run here.

    Raises:
        LabError: Nobody can be asked.
        typer.Exit: It may not.
    """
    for function in found.functions:
        err.print(f"  {inline(function)}", soft_wrap=True)
    advice = say(
        "It would run on this machine. If you trust who made it: {load}",
        load=command(without_asking),
    )
    question = say(
        "The file brings this code, which is not this repository's. It would run on this machine "
        "and may do whatever you may do. Do you trust who made it?"
    )
    go_on_if_yes(question, unasked=LabError(f"{found} {advice}"), no=say("Nothing was loaded."))


def states(json: Json = False) -> None:
    """List the named states."""
    choose_port(None)  # of the lab in the advice
    found = all_states()
    if json:
        print_json([vars(each) for each in found])
        return
    if not found:
        out.print(say("No state yet. Save one: {save}", save=command("save NAME")), soft_wrap=True)
        return
    table = Table(box=None, pad_edge=False)
    for heading in (say("name"), say("saved"), say("size"), say("contains")):
        table.add_column(heading, overflow="fold")
    for each in found:
        contains = ", ".join(f"{count} {what}" for what, count in each.contains.items())
        saved = bangkok(datetime.fromtimestamp(each.saved_at, UTC))
        table.add_row(inline(each.name), saved, decimal(each.bytes), inline(contains))
    out.print(table)


def _file(which: str) -> tuple[Path, bool]:
    """Return the file that was meant, and whether this user's labs have saved it."""
    path = Path(which)
    if path.is_file():
        return path, False
    named = None if "/" in which else file_of(which)
    if named is not None and named.is_file():
        return named, True
    names = ", ".join(each.name for each in all_states()) or say("none yet")
    raise LabError(
        say(
            "There is no state and no file {which!r}. Saved states: {names}.",
            which=which,
            names=names,
        )
    )
