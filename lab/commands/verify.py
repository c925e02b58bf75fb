"""verify: does the lab keep its promise to every upload?"""

from typing import Annotated

import typer

from lab.chosen import FIRST_ACCOUNT
from lab.console import inline, out, print_json
from lab.errors import FAILED
from lab.launch.finding import open_lab
from lab.options import Account, Json, Port

Wait = Annotated[float, typer.Option("--wait", min=0, help="Seconds a running lab may still take.")]


def verify(
    wait: Wait = 30, port: Port = None, account: Account = FIRST_ACCOUNT, json: Json = False
) -> None:
    """Check that each upload reached one outcome, with right figures and one mail."""
    from lab.promise.verify import verify_at_rest

    report = verify_at_rest(open_lab(port, account), wait)
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
    stopped = f" + {report.stopped} stopped by hand" if report.stopped else ""
    out.print(
        f"{report.uploads} uploads = {report.processed} results + {report.failed} failures"
        f"{stopped}, {report.mails} mails"
    )
    for note in report.notes:
        out.print(f"[dim]· {inline(note)}[/dim]", soft_wrap=True)
    for finding in report.findings:
        out.print(f"[red]✗[/red] {inline(str(finding))}", soft_wrap=True)
    if report.kept:
        others = " other" if report.stopped else ""
        out.print(
            f"[green]✓[/green] Every{others} upload has one outcome, right figures and one mail."
        )
    raise typer.Exit(0 if report.kept else FAILED)
