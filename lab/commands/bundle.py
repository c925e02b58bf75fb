"""bundle: one file from which machines without a network install the lab."""

from pathlib import Path
from typing import Annotated

import typer

from lab.console import err, out
from lab.language import say

ENTRY = "scripts/lab"
MEGABYTE = 1024 * 1024


def bundle(
    file: Annotated[Path, typer.Argument(help="Where to, such as lab.tar.")],
    without_python: Annotated[
        bool,
        typer.Option("--without-python", help="The machines have a Python 3.13 of their own."),
    ] = False,
    without_console: Annotated[
        bool,
        typer.Option("--without-console", help="Leave out what the console needs."),
    ] = False,
) -> None:
    """Pack this checkout and all that its installation fetches, for machines without a network."""
    from lab.bundle import FOLDER, make_bundle

    with err.status("...") as status:
        size = make_bundle(
            file.absolute(),
            status.update,
            with_python=not without_python,
            with_console=not without_console,
        )
    made = say(
        "{file} ({size:.0f} MB, {console:.0f} MB of it for the console). On the other machine:",
        file=file,
        size=size.whole / MEGABYTE,
        console=size.of_console / MEGABYTE,
    )
    out.print("[green]✓[/green] ", end="")
    out.print(made, markup=False, soft_wrap=True)
    typed = " && ".join((f"tar xf {file.name}", f"cd {FOLDER}", f"{ENTRY} up"))
    out.print(f"  {typed}", markup=False, soft_wrap=True)
