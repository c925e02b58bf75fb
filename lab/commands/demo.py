"""demo: the lab comes up and a prepared set of files goes through it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lab.advice import command
from lab.chosen import choose_port
from lab.console import err, inline, out, padded
from lab.errors import LabError
from lab.language import Sentence, say
from lab.launch.choice import EngineChoice
from lab.launch.starting import bring_up
from lab.launch.web_console import prepare_beside, start_beside
from lab.options import Port, WithConsole
from lab.paths import REPOSITORY, STATE
from lab.running import RunningLab
from provision.waiting import Polling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.promise.evidence import Mail
    from lab.promise.uploads import Upload

SAMPLES = REPOSITORY / "samples"
LARGE_FILE = STATE / "samples" / "sales_50000.csv"
LARGE_ROWS, LARGE_SEED = 50_000, 2567
LIMIT_SECONDS = 150.0
MAIL_LIMIT_SECONDS = 20.0
MAIL_POLL_SECONDS = 0.3
SHOWN_MAIL = "sample_sales.csv"
THAI_NAME = SAMPLES / "ยอดขาย มกราคม 2567.csv"


@dataclass(frozen=True)
class Sample:
    """A file of the demo, and how it has to end: `processed`, or a reason code."""

    file: Path
    expected: str
    shows: Sentence


DEMO = (
    Sample(SAMPLES / "sample_sales.csv", "processed", Sentence("the workshop's own")),
    Sample(SAMPLES / "bad_schema.csv", "missing_columns", Sentence("columns are missing")),
    Sample(THAI_NAME, "processed", Sentence("a Thai name, spaces")),
    Sample(SAMPLES / "sales_cp874.csv", "processed", Sentence("old Thai encoding")),
    Sample(SAMPLES / "some_bad_rows.csv", "processed", Sentence("some rows are wrong")),
    Sample(SAMPLES / "notes.txt", "not_csv", Sentence("no CSV at all")),
    Sample(SAMPLES / "empty.csv", "empty_file", Sentence("an empty file")),
    Sample(LARGE_FILE, "processed", Sentence("50,000 rows")),
)


def demo(with_console: WithConsole = False, port: Port = None) -> None:
    """Start the lab and send a prepared set of files through it. Begin here."""
    from lab.views.mails import newest_mails
    from lab.views.uploading import send, show_uploads

    number = choose_port(port)
    wants_console = prepare_beside(number, asked=with_console)
    lab = RunningLab(bring_up(EngineChoice.AUTO, None, number))
    ready = say("The lab is ready: {endpoint}", endpoint=lab.endpoint)
    out.print(f"[green]✓[/green] {ready}")
    if wants_console:
        with err.status(say("starting the console")):
            address = start_beside(lab.record)
        watch = say("Watch it in your browser: {address}", address=address)
        out.print(f"[green]✓[/green] {watch}", soft_wrap=True)
    out.print()
    _make_large_file()
    _announce()
    before = len(newest_mails(lab))
    uploads = send(lab, [sample.file for sample in DEMO], limit_seconds=LIMIT_SECONDS)
    show_uploads(uploads)
    _show_mails(_new_mails(lab, before, uploads))
    _show_what_next(uploads)
    _check(uploads)


def _make_large_file() -> None:
    from lab.samples import write_sales

    if LARGE_FILE.exists():
        return
    with err.status(say("making {file}", file=LARGE_FILE.name)):
        draft = LARGE_FILE.with_suffix(".draft")
        write_sales(draft, LARGE_ROWS, LARGE_SEED)
        draft.replace(LARGE_FILE)


def _announce() -> None:
    out.print(f"[bold]{say('Sending {count} files', count=len(DEMO))}[/bold]")
    for sample in DEMO:
        out.print(f"  {padded(inline(sample.file.name), 26)}{say(sample.shows)}")
    out.print("\nS3 → Lambda → SQS → Lambda → Step Functions → S3 + SNS …\n", style="dim")


def _new_mails(lab: RunningLab, before: int, uploads: Sequence[Upload]) -> list[Mail]:
    """Wait for the mails about these uploads, which follow the outcomes; newest first."""
    from lab.views.mails import newest_mails

    jobs = {upload.job.job_id for upload in uploads if upload.job}
    for _ in Polling(within=MAIL_LIMIT_SECONDS, every=MAIL_POLL_SECONDS):
        mails = newest_mails(lab)
        news = mails[: len(mails) - before]
        told = {job for job in jobs if any(job in mail.text for mail in news)}
        if told == jobs:
            break
    return news


def _show_mails(mails: Sequence[Mail]) -> None:
    from lab.views.mails import show_mail, show_subject

    out.print(f"\n[bold]{say('The inbox')}[/bold]")
    for mail in mails:
        show_subject(mail)
    whole = next((mail for mail in mails if SHOWN_MAIL in mail.subject), None)
    if whole:
        out.print(f"\n[bold]{say('One of them in full')}[/bold]")
        show_mail(whole)


def _show_what_next(uploads: Sequence[Upload]) -> None:
    job = next((upload.job.job_id for upload in uploads if upload.job), "JOB")
    out.print(f"\n[bold]{say('Try next:')}[/bold]")
    tips = (
        (f"run {job}", say("the way it took")),
        (f"result {job}", say("what it made")),
        ("inbox", say("read the mails")),
        ("console --open", say("all of it in your browser")),
        ("status", say("queues, alarms, jobs")),
        ("upload FILE.csv", say("a file of your own")),
        ("down", say("stop the lab")),
    )
    for words, meaning in tips:
        out.print(f"  {command(words)}", soft_wrap=True)
        out.print(f"      [dim]{meaning}[/dim]", soft_wrap=True)


def _check(uploads: Sequence[Upload]) -> None:
    """Refuse outcomes other than the expected ones.

    Raises:
        LabError: A file has another.
    """
    wrong = []
    for sample, upload in zip(DEMO, uploads, strict=True):
        reason = upload.job.reason if upload.job else None
        became = reason or upload.outcome
        if became != sample.expected:
            wrong.append(
                say(
                    "{file} became {became} instead of {expected}",
                    file=sample.file.name,
                    became=became,
                    expected=sample.expected,
                )
            )
    if wrong:
        raise LabError(
            say(
                "{wrong}. Look at: {runs}, {dlq}",
                wrong="; ".join(wrong),
                runs=command("runs"),
                dlq=command("dlq"),
            )
        )
    told = say("all {count} files as expected", count=len(uploads))
    out.print(f"\n[green]✓[/green] {told}")
