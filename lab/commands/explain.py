"""explain: what became of a file, and why."""

from typing import Annotated

import typer

from lab.advice import command
from lab.chosen import FIRST_ACCOUNT
from lab.console import bangkok, err, inline, out, padded
from lab.language import say
from lab.launch.finding import open_lab
from lab.options import Account, Port

COLOURS = {"✓": "green", "✗": "red", "·": "dim"}
TIME_COLUMNS = 10

Wanted = Annotated[
    str | None,
    typer.Argument(
        metavar="[FILE|JOB]",
        help="A file's name or key, a job id, or a part of one. Default: what was uploaded last.",
        show_default=False,
    ),
]


def explain(wanted: Wanted = None, port: Port = None, account: Account = FIRST_ACCOUNT) -> None:
    """Tell what became of a file and why, in the order in which it happened."""
    from lab.story.telling import tell

    lab = open_lab(port, account)
    with err.status(say("reading events, logs and refusals")):
        story = tell(lab, wanted)
    out.print(f"[bold]{inline(story.key)}[/bold]\n", soft_wrap=True)
    moments = story.in_time()
    width = max((len(moment.place) for moment in moments), default=0) + 2
    for moment in moments:
        at = bangkok(moment.at, "%H:%M:%S") if moment.at else ""
        out.print(
            f"  {padded(at, TIME_COLUMNS)}[{COLOURS[moment.sign]}]{moment.sign}[/] "
            f"{padded(moment.place, width)}{inline(moment.text)}",
            soft_wrap=True,
        )
        if moment.clue:
            for line in filter(None, (moment.clue.why, moment.clue.mend)):
                out.print(f"{'':{TIME_COLUMNS + 4}}{inline(line)}", soft_wrap=True)
    out.print(f"\n{say('Try next:')}")
    for each in story.tries:
        out.print(f"  {command(each)}", soft_wrap=True)
