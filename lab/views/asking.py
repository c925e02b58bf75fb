"""Ask before something that cannot be taken back, or that costs money."""

import sys
from collections.abc import Callable

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

    def agrees() -> bool:
        from rich.prompt import Confirm

        return Confirm.ask(question, console=err, default=False)

    _go_on_if(agrees, unasked, no)


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

    def agrees() -> bool:
        from rich.prompt import Prompt

        typed = Prompt.ask(question, console=err, default="", show_default=False)
        return typed.strip() == wanted

    _go_on_if(agrees, unasked, no)


def _go_on_if(agrees: Callable[[], bool], unasked: LabError, no: str) -> None:
    if not (sys.stdin.isatty() and err.is_terminal):
        raise unasked
    if not agrees():
        out.print(no)
        raise typer.Exit(FAILED)
