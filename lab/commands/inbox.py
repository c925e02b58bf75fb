"""inbox: the mails the pipeline sent, newest first."""

from typing import Annotated

import typer

from lab.advice import command
from lab.chosen import FIRST_ACCOUNT
from lab.console import out, print_json
from lab.language import say
from lab.launch.finding import open_lab
from lab.options import Account, Json, Port, Target

Limit = Annotated[int, typer.Option("--limit", min=1, help="How many, newest first.")]
Subjects = Annotated[bool, typer.Option("--subjects", help="Only one line per mail.")]


def inbox(  # noqa: PLR0913, PLR0917 - a command has as many arguments as it has options
    limit: Limit = 10,
    subjects: Subjects = False,
    port: Port = None,
    account: Account = FIRST_ACCOUNT,
    target: Target = None,
    json: Json = False,
) -> None:
    """Show the mails, newest first, subject and text."""
    from lab.views.mails import newest_mails, show_mail, show_subject

    mails = newest_mails(open_lab(port, account, target))
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
        out.print(say("No mail yet. Make one: {upload}", upload=advice), soft_wrap=True)
    for mail in mails[:limit]:
        show_subject(mail) if subjects else show_mail(mail)
    if len(mails) > limit:
        older = say("… {count} older ones; --limit shows more", count=len(mails) - limit)
        out.print(f"[dim]{older}[/dim]")
