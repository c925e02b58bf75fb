"""The cells in which tables of uploads and of jobs show an outcome."""

from lab.console import inline, out
from lab.language import say
from lab.promise.jobs import FAILED, Job

WIDE = 110
"""Columns from which on a key has room on one line."""


def destination(job: Job | None) -> str:
    """Return the key of the result or of the failed file, broken where room is scarce."""
    key = (job.output_key or job.failed_key) if job else None
    if not key:
        return f"[dim]→ {say('not moved') if job and job.outcome == FAILED else '-'}[/dim]"
    folder, slash, name = key.rpartition("/")
    gap = "\n  " if out.width < WIDE else ""
    return f"[dim]→ {inline(folder)}{slash}{gap}{inline(name)}[/dim]"


def outcome(name: str, job: Job | None) -> tuple[str, str]:
    """Return an outcome in its colour, and what the file earned or why it failed."""
    colour = {"processed": "green", "failed": "red"}.get(name, "yellow")
    told = f"{job.revenue:,.2f} THB" if job and job.revenue is not None else job and job.reason
    return f"[{colour}]{name}[/{colour}]", inline(told or "")


def rows(job: Job | None) -> tuple[str, str]:
    """Return how many rows a job's file has, and how many did not count."""
    if job is None or job.rows is None:
        return "-", ""
    if not job.rejected_rows:
        return f"{job.rows:,}", ""
    return f"{job.rows:,}", f"[yellow]{say('{count:,} rejected', count=job.rejected_rows)}[/yellow]"
