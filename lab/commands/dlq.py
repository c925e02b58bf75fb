"""dlq: what the pipeline gave up on, and the way back."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from lab.advice import command
from lab.chosen import FIRST_ACCOUNT
from lab.console import bangkok, out
from lab.language import say
from lab.launch.finding import open_lab
from lab.options import Account, Port, Target


class Action(StrEnum):
    """What to do with the dead letters."""

    SHOW = "show"
    REDRIVE = "redrive"


def dlq(
    action: Annotated[Action, typer.Argument()] = Action.SHOW,
    port: Port = None,
    account: Account = FIRST_ACCOUNT,
    target: Target = None,
) -> None:
    """Show the dead letter queue, or send its messages through the pipeline again."""
    from lab.promise.dead_letters import peek, redrive

    lab = open_lab(port, account, target)
    letters = peek(lab)
    if not letters:
        out.print(say("{queue} is empty: nothing was given up.", queue=lab.settings.dlq.name))
    elif action is Action.REDRIVE:
        moved = redrive(lab)
        out.print(
            say(
                "{count} message(s) moved to {queue}. See what becomes of them: {runs}",
                count=moved,
                queue=lab.settings.main_queue.name,
                runs=command("runs"),
            )
        )
    else:
        for letter in letters:
            origin = (
                say("given up by the main queue")
                if letter.from_queue
                else say("from csv-validator")
            )
            sent = datetime.fromtimestamp(letter.sent_at_ms / 1000, UTC)
            out.print(f"[bold]{letter.message_id}[/bold]", soft_wrap=True)
            received = say("received {count} times", count=letter.receives)
            out.print(f"[dim]{bangkok(sent)}, {received}, {origin}[/dim]")
            out.print(_readable(letter.body), markup=False, soft_wrap=True)
        advice = command("dlq redrive")
        told = say("Send them through again when the cause is gone: {redrive}", redrive=advice)
        out.print(f"\n{told}", soft_wrap=True)


def _readable(body: str) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body
