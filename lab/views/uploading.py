"""Uploads with their progress, and the table of what became of them."""

from collections.abc import Sequence
from pathlib import Path

from lab.advice import command
from lab.console import err, inline, out, stacked
from lab.interruption import Interrupted
from lab.language import in_our_language, say
from lab.promise.jobs import PROCESSING_ERROR
from lab.promise.uploads import Upload, Watch, plan_keys, put_files
from lab.running import RunningLab
from lab.views.outcomes import destination, outcome, rows


def send(
    lab: RunningLab, files: Sequence[Path], *, key: str | None = None, limit_seconds: float | None
) -> list[Upload]:
    """Put files and follow them, with progress on stderr.

    Args:
        lab: The lab.
        files: What to put.
        key: Where, for a single file.
        limit_seconds: How long to wait for outcomes; None does not wait.
    """
    from lab.progress import Steps

    keys = plan_keys(files, lab.settings.uploads_prefix, key)
    watch = Watch(lab) if limit_seconds is not None else None
    try:
        with Steps(len(files)) as steps:
            steps.begin(say("uploading"))
            uploads = put_files(lab, files, keys, lambda _: steps.advance())
            if watch is not None and limit_seconds is not None:
                steps.begin(say("waiting for outcomes"))
                watch.wait(uploads, limit_seconds, lambda left: steps.show(len(files) - len(left)))
    except Interrupted:
        told = say("Interrupted; in the lab the files go on. See: {runs}", runs=command("runs"))
        err.print(f"\n{told}", soft_wrap=True)
        raise
    return uploads


def show_uploads(uploads: Sequence[Upload]) -> None:
    """Print the table of outcomes, and below it what is to be known about failed files."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(say("file → where it went"), overflow="fold", ratio=1)
    table.add_column(say("outcome"), no_wrap=True)
    table.add_column(say("rows"), justify="right")
    table.add_column(say("seconds"), justify="right")
    for each in uploads:
        seconds = f"{each.seconds:.1f}" if each.seconds is not None else "-"
        table.add_row(
            stacked(inline(each.file.name), destination(each.job)),
            stacked(*outcome(each.outcome, each.job)),
            stacked(*rows(each.job)),
            seconds,
        )
    out.print(table)
    for each in uploads:
        if each.job and each.job.message:
            out.print(f"\n[red]✗[/red] [bold]{inline(each.file.name)}[/bold]")
            out.print(f"  {inline(in_our_language(each.job.message))}", soft_wrap=True)
            if each.job.reason == PROCESSING_ERROR:
                out.print(f"  {command(f'run {each.job.job_id}')}", soft_wrap=True)
