"""runs, run, result: the jobs there were, the way one took, what one made."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lab.advice import command
from lab.chosen import FIRST_ACCOUNT
from lab.console import bangkok, inline, out, padded, print_document, print_json, stacked
from lab.errors import LabError
from lab.language import in_our_language, say
from lab.launch.finding import open_lab
from lab.options import Account, Json, Port, Target

if TYPE_CHECKING:
    from lab.promise.jobs import Job, StateVisit

CHUNK_BYTES = 64 * 1024

JobId = Annotated[str, typer.Argument(metavar="JOB", help="A job id, or a part only it has.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="How many, newest first.")]


def runs(
    limit: Limit = 20,
    port: Port = None,
    account: Account = FIRST_ACCOUNT,
    target: Target = None,
    json: Json = False,
) -> None:
    """List the jobs, newest first."""
    from lab.promise.jobs import JobReader

    reader = JobReader(open_lab(port, account, target))
    executions = reader.executions()
    jobs = reader.read(executions[:limit])
    if json:
        print_json([_as_json(job) for job in jobs])
        return
    if not jobs:
        advice = command("upload samples/sample_sales.csv")
        out.print(say("No job yet. Make one: {upload}", upload=advice), soft_wrap=True)
        return
    _print_table(jobs)
    if len(executions) > limit:
        older = say("… {count} older ones; --limit shows more", count=len(executions) - limit)
        out.print(f"[dim]{older}[/dim]")


def run(
    job: JobId, port: Port = None, account: Account = FIRST_ACCOUNT, target: Target = None
) -> None:
    """Show the way a job took through the states, with times and the reason of a failure."""
    from lab.promise.jobs import JobReader, path

    reader = JobReader(open_lab(port, account, target))
    found = reader.find(job)
    steps = path(reader.history(found))
    _print_head(found)
    origin = found.execution.started
    for step in steps:
        length = f"{(step.left - step.entered).total_seconds():.2f} s" if step.left else ""
        again = say("{count} attempts", count=step.attempts) if step.attempts > 1 else ""
        at = (step.entered - origin).total_seconds()
        out.print(
            f"  +{at:7.2f} s  {step.name:<25}{length:>9} [yellow]{again}[/yellow]".rstrip(),
            soft_wrap=True,
        )
        if step.error and not (found.message and found.message in step.error):
            _print_error(step)
    _print_end(found)


def result(
    job: JobId, port: Port = None, account: Account = FIRST_ACCOUNT, target: Target = None
) -> None:
    """Print the result a job wrote, as JSON."""
    from lab.promise.jobs import FAILED, JobReader

    lab = open_lab(port, account, target)
    found = JobReader(lab).find(job)
    if found.output_key is None:
        see = command(f"run {found.job_id}")
        raise LabError(
            say(
                "{job} failed ({reason}), so it has no result. See why: {run}",
                job=found.job_id,
                reason=found.reason,
                run=see,
            )
            if found.outcome == FAILED
            else say("{job} is still running. See how far it is: {run}", job=found.job_id, run=see)
        )
    answer = lab.client("s3").get_object(Bucket=lab.settings.processed_bucket, Key=found.output_key)
    print_document(answer["Body"].iter_chunks(CHUNK_BYTES))


def _as_json(job: Job) -> dict[str, Any]:
    return {
        "job_id": job.job_id,
        "key": job.source_key,
        "status": job.execution.status,
        "outcome": job.outcome,
        "started_at": _iso(job.execution.started),
        "stopped_at": _iso(job.execution.stopped),
        "output_key": job.output_key,
        "failed_key": job.failed_key,
        "reason": job.reason,
        "rows": job.rows,
        **job.revenue_as_json(),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds") if moment else None


def _print_table(jobs: list[Job]) -> None:
    from rich.table import Table

    from lab.views.outcomes import outcome, rows

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(say("started"))
    table.add_column(say("job, file"), overflow="fold", ratio=1)
    table.add_column(say("outcome"), no_wrap=True)
    table.add_column(say("rows"), justify="right")
    for job in jobs:
        table.add_row(
            bangkok(job.execution.started, "%H:%M:%S"),
            stacked(inline(job.job_id), f"[dim]{inline(job.source_key)}[/dim]"),
            stacked(*outcome(job.outcome, job)),
            stacked(*rows(job)),
        )
    out.print(table)


def _print_head(job: Job) -> None:
    ended = job.execution.stopped
    length = f", {(ended - job.execution.started).total_seconds():.2f} s" if ended else ""
    facts = {
        say("job"): job.job_id,
        say("file"): job.source_key,
        say("started"): f"{bangkok(job.execution.started)} Asia/Bangkok{length}",
        say("status"): job.execution.status,
    }
    for name, value in facts.items():
        out.print(f"{padded(name, 9)}{inline(value)}", soft_wrap=True)
    out.print()


def _print_error(step: StateVisit) -> None:
    out.print(f"[red]{'':14}{inline(step.error)}[/red]", soft_wrap=True)
    for line in filter(None, step.trace):
        out.print(f"[dim]{'':14}{inline(line)}[/dim]", soft_wrap=True)
    if step.function:
        advice = command(f"logs {step.function}")
        told = say("All it logged: {logs}", logs=advice)
        out.print(f"[dim]{'':14}{told}[/dim]", soft_wrap=True)


def _print_end(job: Job) -> None:
    from lab.views.outcomes import outcome

    out.print()
    out.print(*outcome(job.outcome, job), sep="  ", soft_wrap=True)
    if job.output_key:
        out.print(f"→ {inline(job.output_key)}", soft_wrap=True)
        out.print(f"[dim]{command(f'result {job.job_id}')}[/dim]", soft_wrap=True)
    elif job.reason:
        out.print(f"→ {inline(job.failed_key or say('not moved'))}", soft_wrap=True)
        out.print(inline(in_our_language(job.message or "")), soft_wrap=True)
    else:
        out.print(say("it is still running"))
