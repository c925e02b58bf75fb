"""demo: the lab comes up and a prepared set of files goes through it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lab.advice import command
from lab.commands.inbox import newest_mails, show_mail, show_subject
from lab.commands.options import Port
from lab.commands.upload import send, show
from lab.console import err, inline, out
from lab.current import meant_port
from lab.engines.choice import EngineChoice
from lab.errors import LabError
from lab.paths import REPOSITORY, STATE
from lab.starting import bring_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.cloud import Cloud
    from lab.evidence import Mail
    from lab.uploads import Upload

SAMPLES = REPOSITORY / "samples"
LARGE_FILE = STATE / "samples" / "sales_50000.csv"
LARGE_ROWS, LARGE_SEED = 50_000, 2567
LIMIT_S = 150.0
MAIL_LIMIT_S = 20.0
SHOWN_MAIL = "sample_sales.csv"


@dataclass(frozen=True)
class Sample:
    """A file of the demo, and what has to become of it: `processed`, or a reason code."""

    file: Path
    expected: str
    shows: str


DEMO = (
    Sample(SAMPLES / "sample_sales.csv", "processed", "ไฟล์ของ workshop / the workshop's own"),
    Sample(SAMPLES / "bad_schema.csv", "missing_columns", "คอลัมน์ไม่ครบ / columns are missing"),
    Sample(SAMPLES / "ยอดขาย มกราคม 2567.csv", "processed", "ชื่อไทยมีช่องว่าง / a Thai name, spaces"),
    Sample(SAMPLES / "sales_cp874.csv", "processed", "ไฟล์ Excel ไทยรุ่นเก่า / old Thai encoding"),
    Sample(SAMPLES / "some_bad_rows.csv", "processed", "บางแถวผิด / some rows are wrong"),
    Sample(SAMPLES / "notes.txt", "not_csv", "ไม่ใช่ CSV / no CSV at all"),
    Sample(SAMPLES / "empty.csv", "empty_file", "ไฟล์ว่าง / an empty file"),
    Sample(LARGE_FILE, "processed", "50,000 แถว / 50,000 rows"),
)


def demo(port: Port = None) -> None:
    """Start the lab and send a prepared set of files through it. Begin here."""
    from lab.cloud import Cloud

    lab = bring_up(EngineChoice.AUTO, None, meant_port(port))
    cloud = Cloud(lab)
    out.print(f"[green]✓[/green] แล็บพร้อมแล้ว / The lab is ready: {lab.endpoint}\n")
    _make_large_file()
    _announce()
    before = len(newest_mails(cloud))
    uploads = send(cloud, [sample.file for sample in DEMO], limit_s=LIMIT_S)
    show(uploads)
    _show_mails(_new_mails(cloud, before, uploads))
    _show_what_next(uploads)
    _check(uploads)


def _make_large_file() -> None:
    from lab.samples import write_sales

    if LARGE_FILE.exists():
        return
    with err.status(f"making {LARGE_FILE.name}"):
        draft = LARGE_FILE.with_suffix(".draft")
        write_sales(draft, LARGE_ROWS, LARGE_SEED)
        draft.replace(LARGE_FILE)


def _announce() -> None:
    out.print(f"[bold]ส่ง {len(DEMO)} ไฟล์ / Sending {len(DEMO)} files[/bold]")
    for sample in DEMO:
        out.print(f"  {inline(sample.file.name):<26}{sample.shows}")
    out.print("\nS3 → Lambda → SQS → Lambda → Step Functions → S3 + SNS …\n", style="dim")


def _new_mails(cloud: "Cloud", before: int, uploads: "Sequence[Upload]") -> "list[Mail]":
    """The mails about these uploads, newest first, waited for: they follow the outcome closely."""
    import time

    jobs = {upload.job.job_id for upload in uploads if upload.job}
    deadline = time.monotonic() + MAIL_LIMIT_S
    while True:
        mails = newest_mails(cloud)
        news = mails[: len(mails) - before]
        told = {job for job in jobs if any(job in mail.text for mail in news)}
        if told == jobs or time.monotonic() > deadline:
            return news
        time.sleep(0.3)


def _show_mails(mails: "Sequence[Mail]") -> None:
    out.print("\n[bold]กล่องจดหมาย / The inbox[/bold]")
    for mail in mails:
        show_subject(mail)
    whole = next((mail for mail in mails if SHOWN_MAIL in mail.subject), None)
    if whole:
        out.print("\n[bold]ฉบับเต็มหนึ่งฉบับ / One of them in full[/bold]")
        show_mail(whole)


def _show_what_next(uploads: "Sequence[Upload]") -> None:
    job = next((upload.job.job_id for upload in uploads if upload.job), "JOB")
    out.print("\n[bold]ลองต่อ / Try next[/bold]")
    tips = (
        (f"run {job}", "เส้นทางของงานนี้ / the way it took"),
        (f"result {job}", "ผลลัพธ์ / what it made"),
        ("inbox", "อ่านอีเมลทั้งหมด / read the mails"),
        ("status", "คิว alarm และงาน / queues, alarms, jobs"),
        ("upload FILE.csv", "ไฟล์ของคุณเอง / a file of your own"),
        ("down", "ปิดแล็บ คลาวด์จะว่าง / stop the lab; its cloud is emptied"),
    )
    for words, meaning in tips:
        out.print(f"  {command(words)}", soft_wrap=True)
        out.print(f"      [dim]{meaning}[/dim]", soft_wrap=True)


def _check(uploads: "Sequence[Upload]") -> None:
    """See that every file became what it should.

    Raises:
        LabError: one did not.
    """
    wrong = []
    for sample, upload in zip(DEMO, uploads, strict=True):
        reason = upload.job.reason if upload.job else None
        became = reason or upload.outcome
        if became != sample.expected:
            wrong.append(f"{sample.file.name} became {became} instead of {sample.expected}")
    if wrong:
        raise LabError(f"{'; '.join(wrong)}. Look at: {command('runs')}, {command('dlq')}")
    out.print(f"\n[green]✓[/green] ครบทั้ง {len(uploads)} ไฟล์ / all {len(uploads)} files as expected")
