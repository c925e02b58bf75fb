"""verify: does the lab keep its promise to every upload?"""

from typing import Annotated

import typer

from lab.chosen import FIRST_ACCOUNT
from lab.console import inline, out, print_json
from lab.errors import FAILED
from lab.language import say
from lab.launch.finding import open_lab
from lab.options import Account, Json, Port, Target

Wait = Annotated[float, typer.Option("--wait", min=0, help="Seconds a running lab may still take.")]


def verify(
    wait: Wait = 30,
    port: Port = None,
    account: Account = FIRST_ACCOUNT,
    target: Target = None,
    json: Json = False,
) -> None:
    """Check that each upload reached one outcome, with right figures and one mail."""
    from lab.promise.verify import verify_at_rest
    from lab.views.targets import tell_where

    lab = open_lab(port, account, target)
    tell_where(lab)
    report = verify_at_rest(lab, wait)
    if json:
        print_json(
            {
                "kept": report.kept,
                "uploads": report.uploads,
                "processed": report.processed,
                "failed": report.failed,
                "expired": report.expired,
                "stopped": report.stopped,
                "mails": report.mails,
                "findings": [
                    {"rule": each.rule, "subject": each.subject, "text": each.text}
                    for each in report.findings
                ],
                "notes": report.notes,
            }
        )
        raise typer.Exit(0 if report.kept else FAILED)
    stopped = say(" + {count} stopped by hand", count=report.stopped) if report.stopped else ""
    out.print(
        say(
            "{uploads} uploads = {processed} results + {failed} failures{stopped}, {mails} mails",
            uploads=report.uploads,
            processed=report.processed,
            failed=report.failed,
            stopped=stopped,
            mails=report.mails,
        )
    )
    for note in report.notes:
        out.print(f"[dim]· {inline(note)}[/dim]", soft_wrap=True)
    for finding in report.findings:
        out.print(f"[red]✗[/red] {inline(str(finding))}", soft_wrap=True)
    if report.kept:
        told = (
            say("Every other upload has one outcome, right figures and one mail.")
            if report.stopped
            else say("Every upload has one outcome, right figures and one mail.")
        )
        out.print(f"[green]✓[/green] {told}")
    raise typer.Exit(0 if report.kept else FAILED)
