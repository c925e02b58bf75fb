"""course trap, course sabotage: a pipeline that is broken on purpose, beside the student's own."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated

import typer

from lab.advice import command
from lab.chosen import account_of_this_command, choose_account
from lab.console import err, out
from lab.errors import FAILED, LabError, UsageError
from lab.language import language_of_this_command, say
from lab.options import Port, StudentAccount
from lab.views.lessons import building, open_session, short, typed

if TYPE_CHECKING:
    from course.language import Text
    from course.practice import Broken
    from course.session import Session

COLOURS = {"✓": "green", "✗": "red", "·": "dim"}
SIGNS = {"open": "·", "mended": "✓"}

TrapName = Annotated[
    str | None,
    typer.Argument(metavar="[TRAP]", help="For example encoded-key.", show_default=False),
]
Again = Annotated[bool, typer.Option("--again", help="Begin anew.")]
Show = Annotated[bool, typer.Option("--show", help="Tell what is wrong, and mend it for you.")]
Seed = Annotated[
    str | None,
    typer.Option("--seed", help="The same word breaks the same thing; for a whole class."),
]


def trap(
    name: TrapName = None,
    again: Again = False,
    show: Show = False,
    port: Port = None,
    account: StudentAccount = None,
) -> None:
    """Meet one of the workshop's own errors in a practice account, and mend it."""
    from course.practice import open_practice, practice_account, spring
    from course.traps import UnknownTrapError, trap_named

    session = open_session(port, account)
    if name is None:
        _list_traps(session)
        return
    try:
        wanted = trap_named(name)
    except UnknownTrapError as error:
        told = say("There is no trap {name!r}. There are: {traps}", name=name, traps=error)
        raise UsageError(told) from error
    broken = None if again else open_practice(session, name)
    look_again = typed(f"course trap {name}")
    choose_account(practice_account(session.sandbox).account)
    if broken:
        _bring_back(session, name, broken)
    if broken and show:
        _show(session, name, broken)
    elif broken:
        _look(session, name, broken, tell=True)
    else:
        with building(say("emptying the practice account")) as tell:
            spring(session, wanted, tell)
        out.print(f"[bold]{_ours(wanted.title)}[/bold]")
        out.print(_ours(wanted.see), soft_wrap=True)
        _what_next(look_again)


def sabotage(
    seed: Seed = None,
    again: Again = False,
    show: Show = False,
    port: Port = None,
    account: StudentAccount = None,
) -> None:
    """Let one thing be broken in a working pipeline, and find it."""
    from course.practice import (
        SABOTAGE,
        NothingBuiltError,
        open_practice,
        practice_account,
    )
    from course.practice import sabotage as break_something

    session = open_session(port, account)
    broken = None if again or seed else open_practice(session, SABOTAGE)
    begin, look_again = typed("course"), typed("course sabotage")
    choose_account(practice_account(session.sandbox).account)
    if broken:
        _bring_back(session, SABOTAGE, broken)
    if broken and show:
        _show(session, SABOTAGE, broken)
    elif broken:
        _look(session, SABOTAGE, broken, tell=False)
    else:
        try:
            with building(say("emptying the practice account")) as tell:
                chosen = break_something(session, seed or secrets.token_hex(4), tell)
        except NothingBuiltError as error:
            raise LabError(
                say(
                    "Pass a step first, so that there is something to break: {course}", course=begin
                )
            ) from error
        told = say(
            "A pipeline up to step {step}, and one thing in it is broken. Find it.",
            step=short(chosen.step),
        )
        out.print(f"[bold]{told}[/bold]", soft_wrap=True)
        _what_next(look_again)


def _list_traps(session: Session) -> None:
    from course.traps import TrapState, trap_states

    states = trap_states(session.progress)
    width = max(len(each.id) for each in states) + 2
    for each, state in states.items():
        sign = SIGNS.get(state, "✗")
        told = "" if state is TrapState.OPEN else f"  ({_ours(state.text)})"
        out.print(f"[{COLOURS[sign]}]{sign}[/] {each.id:<{width}}{_ours(each.title)}{told}")
    mended = sum(state is TrapState.MENDED for state in states.values())
    out.print(say("{mended} of {total} traps mended.", mended=mended, total=len(states)))


def _what_next(look_again: str) -> None:
    out.print(
        say(
            "It stands in the practice account {account}; your own stays as it is.",
            account=account_of_this_command(),
        )
    )
    out.print("\n" + say("Try next:"))
    for each in ("explain", "logs csv-validator", "iam --denied"):
        out.print(f"  {command(each)}", soft_wrap=True)
    out.print(say("Mended? See whether it is: {again}", again=look_again), soft_wrap=True)


def _bring_back(session: Session, name: str, broken: Broken) -> None:
    """Build what is broken anew where the lab was stopped meanwhile, and say so."""
    from course.practice import bring_back

    with building(say("checking")) as tell:
        built = bring_back(session, name, broken, tell)
    if built:
        out.print(
            say(
                "The lab was stopped meanwhile: the practice account is broken as it was.",
            )
        )


def _look(session: Session, name: str, broken: Broken, *, tell: bool) -> None:
    """Say whether it is mended; for a trap also what is still wrong, and why."""
    from course.checking import all_passed
    from course.practice import look
    from course.showing import result_lines

    with err.status(say("checking")):
        results = look(session, name, broken)
    if all_passed(results):
        told = say("Mended: {what}.", what=_what_it_was(broken))
        out.print(f"[green]✓[/green] {told}", soft_wrap=True)
        return
    if tell:
        for result in results:
            for line in result_lines(result, language_of_this_command()):
                out.print(line, style=COLOURS.get(line[0]), markup=False, soft_wrap=True)
    out.print(f"[red]✗[/red] {say('Something is still broken.')}")
    raise typer.Exit(FAILED)


def _show(session: Session, name: str, broken: Broken) -> None:
    from course.practice import mend

    with err.status(say("mending it")):
        mend(session, name, broken)
    out.print(say("It was: {what}. It is mended now.", what=_what_it_was(broken)), soft_wrap=True)


def _what_it_was(broken: Broken) -> str:
    [title] = [check.title for check, each in broken.step.mistakes if each is broken.mistake]
    return f"{short(broken.step)} {broken.mistake.id} ({_ours(title)})"


def _ours(text: Text) -> str:
    return text.in_language(language_of_this_command())
