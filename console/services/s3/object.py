"""An object: what S3 knows of it, its versions, and the beginning of what it holds."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.calls import Call
from console.parts.form import Form
from console.parts.layout import action, card, page_head, plain_button
from console.parts.live import Live
from console.parts.table import Column, Table
from console.parts.text import facts, note, preformatted
from console.services.s3.versions import versions
from console.showing import as_json, moment, size

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page

PREVIEW_BYTES: Final = 64 * 1024
PREVIEW_ROWS: Final = 100
DOWNLOAD_BYTES: Final = 256 * 1024 * 1024


def object_(page: Page) -> None:
    """Show an object: what S3 knows of it, and the beginning of what it holds."""
    bucket, key = page.query.get("bucket", ""), page.query.get("key", "")
    folder = key.rpartition("/")[0]
    crumbs = {"Buckets": page.url("s3"), bucket: page.url("s3", "bucket", bucket=bucket)}
    if folder:
        crumbs[f"{folder}/"] = page.url("s3", "bucket", bucket=bucket, prefix=f"{folder}/")
    with page_head(key.rpartition("/")[2] or key, crumbs):
        action(page, "Delete", lambda: _delete_object(page, bucket, key))
        plain_button("Download", lambda: _download(page, bucket, key), "download")
    Live(
        page,
        lambda: _object(page, bucket, key),
        lambda found: _draw_object(page, key, found),
        every=10,
    )
    versions(page, bucket, key)


async def _object(page: Page, bucket: str, key: str) -> tuple[Answer, bytes]:
    def ask(s3: Any) -> tuple[Answer, bytes]:
        head = s3.head_object(Bucket=bucket, Key=key)
        begin = b""
        if head["ContentLength"]:
            answer = s3.get_object(Bucket=bucket, Key=key, Range=f"bytes=0-{PREVIEW_BYTES - 1}")
            begin = answer["Body"].read()
        kept = ("ContentLength", "ContentType", "LastModified", "ETag", "VersionId", "Metadata")
        return {name: head[name] for name in kept if name in head}, begin

    return await page.cloud.use("s3", ask)


def _draw_object(page: Page, key: str, found: tuple[Answer, bytes]) -> None:
    head, begin = found
    with card("Object overview"):
        facts(
            {
                "Key": key,
                "Size": size(head["ContentLength"]),
                "Last modified": moment(head["LastModified"]),
                "Type": head.get("ContentType", ""),
                "Entity tag (Etag)": head["ETag"].strip('"'),
                **{f"x-amz-meta-{name}": value for name, value in head.get("Metadata", {}).items()},
            }
        )
    with card(page.say("Preview", "ตัวอย่างเนื้อหา")):
        if head["ContentLength"] > PREVIEW_BYTES:
            note(page.say("The first 64 KB.", "64 KB แรก"))
        _preview(page, key, begin)


def _preview(page: Page, key: str, content: bytes) -> None:
    text = _decoded(content)
    if not content:
        note(page.say("The object is empty.", "object นี้ว่าง"))
    elif text is None:
        note(page.say("This is not text; download it.", "ไม่ใช่ข้อความ ให้ดาวน์โหลดแทน"))
    elif key.lower().endswith(".csv"):
        _csv_preview(page, text)
    else:
        preformatted(as_json(text), kind="scrolls")


def _csv_preview(page: Page, text: str) -> None:
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))[: PREVIEW_ROWS + 1]
    except csv.Error:
        preformatted(text, kind="scrolls")
        return
    header, *records = rows or [[]]
    width = max((len(row) for row in rows), default=0)
    columns = [Column(f"c{n}", header[n] if n < len(header) else "") for n in range(width)]
    table = Table(page, columns, key="line", empty=page.say("No rows.", "ไม่มีแถวข้อมูล"))
    table.show(
        [
            {"line": line, **{f"c{n}": cell for n, cell in enumerate(record)}}
            for line, record in enumerate(records, 1)
        ]
    )


def _decoded(content: bytes) -> str | None:
    """Return the text that bytes are: UTF-16 by its mark, UTF-8, old Thai; None for no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        return None
    try:
        # A character may be cut in two where the preview ends.
        return content.decode(
            "utf-8-sig", errors="strict" if len(content) < PREVIEW_BYTES else "replace"
        )
    except UnicodeDecodeError:
        return content.decode("cp874", errors="replace")


async def _download(page: Page, bucket: str, key: str) -> None:
    def ask(s3: Any) -> bytes | None:
        answer = s3.get_object(Bucket=bucket, Key=key)
        if answer["ContentLength"] > DOWNLOAD_BYTES:
            return None
        content: bytes = answer["Body"].read()
        return content

    content = await page.cloud.use("s3", ask)
    if content is None:
        ui.notify(
            page.say("Larger than 256 MB: use the command line.", "ใหญ่กว่า 256 MB ให้ใช้ command line")
        )
    else:
        ui.download.content(content, key.rpartition("/")[2] or "object")


def _delete_object(page: Page, bucket: str, key: str) -> None:
    with Form(
        page,
        "Delete object",
        submit="Permanently delete",
        danger=True,
        then=lambda _: ui.navigate.to(page.url("s3", "bucket", bucket=bucket)),
    ) as form:
        note(page.say(f"{key} is gone for good.", f"{key} จะหายไปถาวร"))
        form.makes(lambda: [Call("s3", "DeleteObject", {"Bucket": bucket, "Key": key})])
