"""inbox: the mails the pipeline sent, newest first."""

from typing import TYPE_CHECKING, Annotated

import typer

from lab.advice import command
from lab.commands.options import Account, Json, Port
from lab.console import bangkok, inline, out, print_json
from lab.current import FIRST_ACCOUNT

if TYPE_CHECKING:
    from lab.cloud import Cloud
    from lab.evidence import Mail

RULE_LENGTH = 60

Limit = Annotated[int, typer.Option("--limit", min=1, help="How many, newest first.")]
Subjects = Annotated[bool, typer.Option("--subjects", help="Only one line per mail.")]


def inbox(
    limit: Limit = 10,
    subjects: Subjects = False,
    port: Port = None,
    account: Account = FIRST_ACCOUNT,
    json: Json = False,
) -> None:
    """Show the mails, newest first, subject and text."""
    from lab.cloud import open_cloud

    mails = newest_mails(open_cloud(port, account))
    if json:
        print_json(
            [
                {
                    "sent_at": mail.sent.isoformat(),
                    "to": list(mail.recipients),
                    "subject": mail.subject,
                    "text": mail.text,
                }
                for mail in mails[:limit]
            ]
        )
        return
    if not mails:
        advice = command("upload samples/sample_sales.csv")
        out.print(f"No mail yet. Make one: {advice}", soft_wrap=True)
    for mail in mails[:limit]:
        show_subject(mail) if subjects else show_mail(mail)
    if len(mails) > limit:
        out.print(f"[dim]… {len(mails) - limit} older ones; --limit shows more[/dim]")


def newest_mails(cloud: "Cloud") -> "list[Mail]":
    """Every mail of the account, newest first, those of the same second in the order they came."""
    from lab.evidence import read_mails

    return read_mails(cloud.endpoint, cloud.account)[::-1]


def show_subject(mail: "Mail") -> None:
    """One line for a mail."""
    out.print(f"[dim]{bangkok(mail.sent, '%H:%M:%S')}[/dim]  {inline(mail.subject)}")


def show_mail(mail: "Mail") -> None:
    """A whole mail."""
    out.print("─" * RULE_LENGTH, style="dim")
    out.print(f"[bold]{inline(mail.subject)}[/bold]")
    out.print(f"[dim]{bangkok(mail.sent)} → {inline(', '.join(mail.recipients))}[/dim]\n")
    out.print(mail.text.rstrip(), markup=False, soft_wrap=True)
