"""Ask before something that cannot be taken back, or that costs money."""

import sys

import typer

from lab.console import err, out
from lab.errors import FAILED, LabError


def go_on_if_yes(question: str, *, unasked: LabError, no: str) -> None:
    """Ask on the terminal, and return only after a yes.

    Args:
        question: What is asked.
        unasked: Raised where nobody can be asked; it says how to answer on the command line.
        no: What is said after a no.

    Raises:
        LabError: Nobody can be asked.
        typer.Exit: The answer was no.
    """
    if not (sys.stdin.isatty() and err.is_terminal):
        raise unasked
    from rich.prompt import Confirm

    if not Confirm.ask(question, console=err, default=False):
        out.print(no)
        raise typer.Exit(FAILED)


def go_on_if_typed(wanted: str, question: str, *, unasked: LabError, no: str) -> None:
    """Ask on the terminal for a word, and return only if it is typed.

    Args:
        wanted: The word.
        question: What is asked.
        unasked: Raised where nobody can be asked; it says how to answer on the command line.
        no: What is said after another word.

    Raises:
        LabError: Nobody can be asked.
        typer.Exit: Another word was typed.
    """
    if not (sys.stdin.isatty() and err.is_terminal):
        raise unasked
    from rich.prompt import Prompt

    if Prompt.ask(question, console=err, default="", show_default=False).strip() != wanted:
        out.print(no)
        raise typer.Exit(FAILED)
