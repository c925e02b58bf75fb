"""Home: the pipeline as a live map, a place to drop files on, and what became of each of them."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nicegui import ui

from console.asl import read_definition
from console.calls import Call, LocalFile
from console.errors import ConsoleError
from console.parts.commands import CommandPreview
from console.parts.graph import StateGraph
from console.parts.layout import card, link, page_head
from console.parts.live import Live
from console.parts.pipeline_map import PipelineMap, alarm_link
from console.parts.table import Column, Row, Table
from console.parts.text import error_bar, facts, note, preformatted, state
from console.pipeline.story import plain_story, read_evidence
from console.pipeline.uploads import Upload
from console.pipeline.watch import UPLOADS_SECONDS, Watch
from console.service import Service
from console.services.stepfunctions.statuses import TONES, VISIT_TONES
from console.showing import clock, duration, moment, pretty, size
from console.telling import Told

if TYPE_CHECKING:
    from nicegui.events import UploadEventArguments

    from console.page import Page
    from console.pipeline.parts import Pipeline
    from console.pipeline.story import Evidence
    from console.pipeline.traffic import Traffic
    from console.pipeline.uploads import Stored
    from console.pipeline.watch import Seen

STORY_SECONDS: Final = 1.0
ENDED_STORY_SECONDS: Final = 5.0
"""How often to look at a file whose execution has ended: its mail may still come."""

TOLD_SECONDS: Final = 4.0
"""How often to ask who knows more: that takes longer than what AWS says."""

LARGEST_FILE_BYTES: Final = 64 * 1024 * 1024
SIGNS: Final = {"good": "✓", "bad": "✗", "plain": "·"}


# --- the map -----------------------------------------------------------------------------------


def home(page: Page) -> None:
    """Show the pipeline, and what went into it."""
    with page_head("Pipeline"):
        pass
    _Home(page).draw()


class _Home:
    """The parts of the page, which stay while what they show changes."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._map: tuple[Pipeline, Traffic, dict[tuple[str, str], Stored]] | None = None
        self._places: list[tuple[str, str]] = []

    def draw(self) -> None:
        page = self._page
        with card(page.say("What is in this account", "สิ่งที่มีใน account นี้")):
            self._map_place = ui.column().classes("live")
        with card(page.say("Upload", "อัปโหลด")):
            self._drop_place = ui.column().classes("live")
        with card(page.say("Recent uploads", "ไฟล์ที่อัปโหลดล่าสุด")):
            self._table = Table(
                page,
                [
                    Column("key", page.say("File", "ไฟล์"), "link"),
                    Column("at", page.say("Uploaded", "เมื่อ"), minor=True),
                    Column("status", page.say("Status", "สถานะ"), "state"),
                    Column("took", page.say("Duration", "ใช้เวลา"), "number", minor=True),
                    Column("size", page.say("Size", "ขนาด"), "number", minor=True),
                ],
                key="id",
                empty=page.say("Nothing was uploaded yet.", "ยังไม่มีใครอัปโหลด"),
            )
        watch = page.cloud.kept(Watch)
        Live(page, watch.read, self._show, every=UPLOADS_SECONDS, in_place=True)

    def _show(self, seen: Seen) -> None:
        drawn = (seen.pipeline, seen.traffic, seen.stored)
        if drawn != self._map:
            self._map = drawn
            self._map_place.clear()
            with self._map_place:
                self._draw_map(seen)
        if self._places != seen.pipeline.uploads():
            self._places = seen.pipeline.uploads()
            self._drop_place.clear()
            with self._drop_place:
                _draw_drop(self._page, self._places)
        self._table.show([_upload_row(self._page, each) for each in seen.uploads])

    def _draw_map(self, seen: Seen) -> None:
        page = self._page
        if not seen.pipeline.parts:
            note(
                page.say(
                    "Nothing yet: this account is empty. Begin with a bucket.",
                    "ยังไม่มีอะไรใน account นี้ เริ่มจากสร้าง bucket",
                )
            )
            link("S3", page.url("s3"))
            return
        _draw_alarms(page, seen.traffic)
        PipelineMap(page, seen.pipeline, seen.traffic, seen.stored).draw()
        note(
            page.say(
                "The number on an arrow is how much came that way in the last hour.",
                "ตัวเลขบนลูกศรคือจำนวนที่ผ่านในหนึ่งชั่วโมงที่ผ่านมา",
            )
        )


def _draw_alarms(page: Page, traffic: Traffic) -> None:
    """Say how many alarms are in which state, those that went off by name."""
    alarms = {name: value for found in traffic.alarms.values() for name, value in found.items()}
    if not alarms:
        return
    off = sorted(name for name, value in alarms.items() if value == "ALARM")
    with ui.row().classes("items-center"):
        for name in off:
            alarm_link(page, name, "ALARM")
        counts = Counter(alarms.values())
        note(" · ".join(f"{value} {count}" for value, count in sorted(counts.items())))


def _upload_row(page: Page, upload: Upload) -> Row:
    execution = upload.execution
    status, tone, took = page.say("no execution yet", "ยังไม่มี execution"), "idle", ""
    if execution:
        status, tone = execution.status, TONES[execution.status]
        if execution.stopped:
            took = duration((execution.stopped - execution.started).total_seconds())
    return {
        "id": f"{upload.bucket}/{upload.key}",
        "key": upload.key,
        "key_url": page.url("home", "story", bucket=upload.bucket, key=upload.key),
        "at": moment(upload.at),
        "status": status,
        "status_tone": tone,
        "took": took,
        "size": size(upload.size_bytes) if upload.size_bytes is not None else "",
    }


def _draw_drop(page: Page, places: list[tuple[str, str]]) -> None:
    """Draw the place to drop files on, with the command that does the same."""
    if not places:
        note(page.say("There is no bucket to put a file into.", "ยังไม่มี bucket ให้ใส่ไฟล์"))
        return
    options = {n: f"s3://{bucket}/{prefix}" for n, (bucket, prefix) in enumerate(places)}

    def call(file: LocalFile) -> Call:
        bucket, prefix = places[where.value]
        return Call(
            "s3", "PutObject", {"Bucket": bucket, "Key": f"{prefix}{file.name}", "Body": file}
        )

    async def take(event: UploadEventArguments) -> None:
        made = call(LocalFile(event.file.name, await event.file.read()))
        preview.show([made])
        if await page.make(made) is not None:
            ui.notify(page.say("Uploaded.", "อัปโหลดแล้ว"), type="positive")

    with ui.element("div").classes("drop"):
        with ui.column().classes("live"):
            where = ui.select(options, value=0, label=page.say("Goes to", "ไปที่"))
            where.props("outlined dense options-dense").classes("field")
            upload = ui.upload(
                label=page.say("Drop CSV files here, or add them (+)", "วางไฟล์ CSV ที่นี่ หรือกด +"),
                multiple=True,
                auto_upload=True,
                max_file_size=LARGEST_FILE_BYTES,
                on_upload=take,
                on_rejected=lambda: ui.notify(
                    page.say(
                        "Larger than 64 MB: use the command line.",
                        "ใหญ่กว่า 64 MB ให้ใช้ command line",
                    ),
                    type="warning",
                ),
            )
            upload.classes("drop-zone").props("flat bordered")
            if page.read_only:
                upload.disable()
        with ui.column().classes("live"):
            note(page.say("Dropping a file does this:", "การวางไฟล์ทำสิ่งเดียวกับคำสั่งนี้:"))
            preview = CommandPreview(page)
    example = LocalFile("sample_sales.csv", b"")
    preview.show([call(example)])
    where.on_value_change(lambda _: preview.show([call(example)]))


# --- a story -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Told:
    """What is known of an upload, and what somebody who knows more tells of it."""

    evidence: Evidence
    told: list[Told]


def story(page: Page) -> None:
    """Show what became of one upload: from the object to the mail."""
    bucket, key = page.query.get("bucket", ""), page.query.get("key", "")
    with page_head(key.rpartition("/")[2] or key, {"Pipeline": page.url("home")}):
        pass
    reader = _StoryReader(page, bucket, key)

    def draw(found: _Told) -> None:
        _draw_story(page, found)
        execution = found.evidence.upload.execution
        has_ended = execution is not None and execution.stopped is not None
        is_told = bool(found.told) or page.cloud.endpoint.teller is None
        live.ask_every(ENDED_STORY_SECONDS if has_ended and is_told else STORY_SECONDS)

    live = Live(page, reader.read, draw, every=STORY_SECONDS)


class _StoryReader:
    """Reads the story of a file as it goes on."""

    def __init__(self, page: Page, bucket: str, key: str) -> None:
        self._page = page
        self._bucket = bucket
        self._key = key
        self._watch = page.cloud.kept(Watch)
        self._told: list[Told] = []
        self._told_at: float | None = None
        self._telling: asyncio.Task[None] | None = None

    async def read(self) -> _Told:
        seen = await self._watch.read()
        known = {(each.bucket, each.key): each for each in seen.uploads}
        upload = known.get((self._bucket, self._key)) or await self._older()
        functions = [part.name for part in seen.pipeline.of_kind("function")]
        evidence = await read_evidence(self._page.cloud, upload, functions)
        self._ask_who_knows_more()
        return _Told(evidence, self._told)

    async def _older(self) -> Upload:
        """Return an upload that is not among the last ones; its execution is not looked for."""
        head = await self._page.cloud.ask("s3", "HeadObject", Bucket=self._bucket, Key=self._key)
        return Upload(self._bucket, self._key, head["LastModified"], head["ContentLength"])

    def _ask_who_knows_more(self) -> None:
        """Ask, and show meanwhile what AWS says: whoever knows more looks longer."""
        now = time.monotonic()
        is_asking = self._telling is not None and not self._telling.done()
        if not is_asking and (self._told_at is None or now - self._told_at >= TOLD_SECONDS):
            self._told_at = now
            self._telling = asyncio.create_task(self._hear())

    async def _hear(self) -> None:
        page = self._page
        try:
            self._told = await page.cloud.told_of(self._key, page.language)
        except ConsoleError as error:
            self._told = [Told("", page.explain(error))]


def _draw_story(page: Page, found: _Told) -> None:
    evidence = found.evidence
    with card(page.say("What happened", "เกิดอะไรขึ้น")):
        _draw_status(page, evidence)
        _draw_told(found.told or plain_story(evidence, page.say))
    if evidence.upload.execution:
        _draw_execution(page, evidence)
    _draw_outcome(page, evidence)
    with card(page.say("Log lines of all functions", "log ของทุก function")):
        _draw_lines(page, evidence)
    for mail in evidence.mails:
        with card(page.say("Mail", "อีเมล")):
            ui.label(mail.get("Subject", "")).classes("letter-subject")
            preformatted(str((mail.get("Body") or {}).get("text_part") or ""))
            link("Inbox", page.url("inbox"))


def _draw_status(page: Page, evidence: Evidence) -> None:
    upload, execution = evidence.upload, evidence.upload.execution
    with ui.row().classes("items-center"):
        if execution:
            state(execution.status, TONES[execution.status])
        link(
            f"s3://{upload.bucket}/{upload.key}",
            page.url("s3", "object", bucket=upload.bucket, key=upload.key),
        )
        note(evidence.job_id)


def _draw_told(told: list[Told]) -> None:
    with ui.element("div").classes("told"):
        for each in told:
            with ui.element("div").classes("note"):
                ui.label(clock(each.at) if each.at else "")
            with ui.element("div").classes(f"told-{each.sign}"):
                ui.label(SIGNS[each.sign])
            with ui.element("div").classes("mono"):
                ui.label(each.place)
            with ui.element("div").classes("told-text"):
                ui.label(each.text)
            if each.why:
                with ui.element("div").classes("told-why"):
                    error_bar(each.why)
                    if each.mend:
                        preformatted(each.mend, kind="command")


def _draw_execution(page: Page, evidence: Evidence) -> None:
    execution = evidence.upload.execution
    if execution is None or not evidence.definition:
        return
    with card("Execution"):
        link(
            execution.arn.rpartition(":")[2],
            page.url("states", "execution", arn=execution.arn),
        )
        graph, told = read_definition(evidence.definition), evidence.story
        with ui.element("div").classes("two"):
            StateGraph().show(graph, told)
            with ui.column().classes("live"):
                for visit in told.visits:
                    with ui.row().classes("items-center"):
                        state(visit.status, VISIT_TONES[visit.status])
                        ui.label(visit.state)
                        if visit.seconds is not None:
                            note(duration(visit.seconds))
                    if visit.error:
                        error_bar(page.failure(visit.error, visit.cause))


def _draw_outcome(page: Page, evidence: Evidence) -> None:
    """Draw the result, or why there is none, as far as the states know it."""
    known = evidence.outcome()
    bucket, output = known.get("destination_bucket"), known.get("output_key")
    failed, reason = known.get("failed_key"), known.get("failure_reason")
    if not (output or failed or reason):
        return
    with card(page.say("Result", "ผลลัพธ์") if output else page.say("Reason", "เหตุผล")):
        if output and bucket:
            link(f"s3://{bucket}/{output}", page.url("s3", "object", bucket=bucket, key=output))
        figures = ("total_rows", "valid_rows", "rejected_rows", "total_revenue_text")
        facts({name: str(known[name]) for name in figures if name in known})
        if reason:
            error_bar(page.failure(str(reason), str(known.get("failure_message", ""))))
        if failed:
            where = evidence.upload.bucket
            link(f"s3://{where}/{failed}", page.url("s3", "object", bucket=where, key=failed))
        if summary := known.get("summary"):  # as the workshop's own functions hand it on
            preformatted(pretty(summary), kind="scrolls")


def _draw_lines(page: Page, evidence: Evidence) -> None:
    if not evidence.lines:
        note(page.say("No function has logged this file.", "ไม่มี function ใดเขียน log ถึงไฟล์นี้"))
        return
    with ui.element("div").classes("lines"):
        for line in evidence.lines:
            with ui.element("div").classes("line"):
                ui.label(f"{clock(line.at)} {line.function}").classes("inline line-from")
                ui.label(f"  {line.text}").classes("inline")


SERVICE = Service("home", "Home", "home", {"": home, "story": story})
