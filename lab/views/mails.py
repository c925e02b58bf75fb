"""Mails as `inbox` and `demo` show them."""

from lab.console import bangkok, inline, out
from lab.promise.evidence import Mail, read_mails
from lab.running import RunningLab

RULE_LENGTH = 60


def newest_mails(lab: RunningLab) -> list[Mail]:
    """Return every mail of the account, newest first, those of one second in reverse order."""
    return read_mails(lab)[::-1]


def show_subject(mail: Mail) -> None:
    """Print one line for a mail."""
    out.print(f"[dim]{bangkok(mail.sent, '%H:%M:%S')}[/dim]  {inline(mail.subject)}")


def show_mail(mail: Mail) -> None:
    """Print a whole mail."""
    out.print("─" * RULE_LENGTH, style="dim")
    out.print(f"[bold]{inline(mail.subject)}[/bold]")
    out.print(f"[dim]{bangkok(mail.sent)} → {inline(', '.join(mail.recipients))}[/dim]\n")
    out.print(mail.text.rstrip(), markup=False, soft_wrap=True)
