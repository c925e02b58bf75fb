"""doctor: can the lab run on this machine, and how would it?"""

import typer

from lab.chosen import choose_port
from lab.console import err, inline, out, padded
from lab.language import say
from lab.options import Port

COLOURS = {"PASS": "green", "WARN": "yellow", "FAIL": "red"}


def doctor(port: Port = None) -> None:
    """Check this machine: PASS, WARN or FAIL for each thing the lab needs."""
    from lab.launch.machine import Verdict, examine

    with err.status(say("looking around")):
        checks = examine(choose_port(port))
    for check in checks:
        colour = COLOURS[check.verdict]
        verdict = f"[{colour}]{check.verdict}[/{colour}]"
        out.print(
            f"{verdict}  {padded(check.name, 11)}{inline(check.finding)}",
            soft_wrap=True,
        )
    if any(check.verdict is Verdict.FAIL for check in checks):
        raise typer.Exit(1)
