"""upload: files go in, and a table says what became of each."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lab.advice import command
from lab.commands.options import Account, Json, Port
from lab.console import err, inline, out, print_json, stacked
from lab.current import FIRST_ACCOUNT
from lab.errors import UsageError
from lab.interruption import Interrupted

if TYPE_CHECKING:
    from lab.cloud import Cloud
    from lab.jobs import Job
    from lab.uploads import Upload

DEFAULT_LIMIT_S = 300.0
WIDE = 110


class Outcome(StrEnum):
    """What `upload --expect` takes."""

    PROCESSED = "processed"
    FAILED = "failed"


Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files to upload.")]
Key = Annotated[
    str | None,
    typer.Option("--as", metavar="KEY", help="The object's key under uploads/; for one file."),
]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Do not wait for the outcome.")]
Expect = Annotated[
    Outcome | None,
    typer.Option("--expect", help="Fail unless every file has this outcome; for scripts."),
]
Limit = Annotated[float, typer.Option("--timeout", min=0.0, help="How long to wait, seconds.")]


def upload(  # noqa: PLR0913, PLR0917 - a command has as many arguments as it has options
    files: Files,
    key: Key = None,
    no_wait: NoWait = False,
    timeout: Limit = DEFAULT_LIMIT_S,
    expect: Expect = None,
    port: Port = None,
    account: Account = FIRST_ACCOUNT,
    json: Json = False,
) -> None:
    """Put files under uploads/ and wait for the outcome of each."""
    from lab.cloud import open_cloud
    from lab.uploads import check_files, refuse_others, refuse_pending

    if no_wait and expect:
        raise UsageError("--expect needs the outcome, and --no-wait does not wait for it.")
    check_files(files)
    cloud = open_cloud(port, account)
    uploads = send(cloud, files, key=key, limit_s=None if no_wait else timeout)
    if json:
        print_json([each.as_json() for each in uploads])
    elif no_wait:
        for each in uploads:
            out.print(f"s3://{cloud.settings.raw_bucket}/{each.key}", markup=False, soft_wrap=True)
        out.print(f"See what becomes of them: {command('runs')}")
    else:
        show(uploads)
    if not no_wait:
        refuse_pending(uploads, timeout)
    if expect:
        refuse_others(uploads, expect)


def send(
    cloud: "Cloud", files: Sequence[Path], *, key: str | None = None, limit_s: float | None
) -> "list[Upload]":
    """Put files and follow them, with progress on stderr.

    Args:
        cloud: the lab.
        files: what to put.
        key: where, for a single file.
        limit_s: how long to wait for outcomes, seconds; None does not wait.
    """
    from lab.progress import Steps
    from lab.uploads import Watch, plan_keys, put_files

    keys = plan_keys(files, cloud.settings.uploads_prefix, key)
    watch = Watch(cloud) if limit_s is not None else None
    try:
        with Steps(len(files)) as steps:
            steps.begin("อัปโหลด / uploading")
            uploads = put_files(cloud, files, keys, lambda _: steps.advance())
            if watch is not None and limit_s is not None:
                steps.begin("รอผลลัพธ์ / waiting for outcomes")
                watch.wait(uploads, limit_s, lambda left: steps.show(len(files) - len(left)))
    except Interrupted:
        err.print("\nหยุดรอแล้ว ไฟล์ที่ส่งไปแล้วยังทำงานต่อในแล็บ / Interrupted; in the lab the files go on.")
        err.print(f"See: {command('runs')}", soft_wrap=True)
        raise
    return uploads


def show(uploads: "Sequence[Upload]") -> None:
    """Print the table of outcomes, and below it what failed files should know."""
    from rich.table import Table

    from lab.jobs import PROCESSING_ERROR

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("ไฟล์ / file → where it went", overflow="fold", ratio=1)
    table.add_column("outcome", no_wrap=True)
    table.add_column("rows", justify="right")
    table.add_column("seconds", justify="right")
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
            for sentence in each.job.message.split(" / "):
                out.print(f"  {inline(sentence.strip())}")
            if each.job.reason == PROCESSING_ERROR:
                out.print(f"  {command(f'run {each.job.job_id}')}", soft_wrap=True)


def destination(job: "Job | None") -> str:
    """The key of the result or of the failed file, broken after the date where room is scarce."""
    key = (job.output_key or job.failed_key) if job else None
    if not key:
        return "[dim]→ -[/dim]"
    folder, slash, name = key.rpartition("/")
    gap = "\n  " if out.width < WIDE else ""
    return f"[dim]→ {inline(folder)}{slash}{gap}{inline(name)}[/dim]"


def outcome(name: str, job: "Job | None") -> tuple[str, str]:
    """An outcome in its colour, and what the file earned or why it failed."""
    colour = {"processed": "green", "failed": "red"}.get(name, "yellow")
    told = f"{job.revenue:,.2f} THB" if job and job.revenue is not None else job and job.reason
    return f"[{colour}]{name}[/{colour}]", inline(told or "")


def rows(job: "Job | None") -> tuple[str, str]:
    """How many rows a job's file has, and how many did not count."""
    if job is None or job.rows is None:
        return "-", ""
    rejected = f"[yellow]{job.rejected_rows:,} rejected[/yellow]" if job.rejected_rows else ""
    return f"{job.rows:,}", rejected
