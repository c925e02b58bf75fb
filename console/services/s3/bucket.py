"""A bucket: its objects as folders, what makes and deletes them, and its properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.calls import Call, LocalFile
from console.parts.form import LARGEST_FILE_BYTES, Form, IncompleteError, required
from console.parts.layout import action, card, page_head, plain_button
from console.parts.live import Live
from console.parts.table import Column, Row, Table
from console.parts.text import note
from console.services.s3.lifecycle import lifecycle
from console.services.s3.notifications import event_notifications
from console.services.s3.versions import versioning
from console.showing import moment, size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nicegui.events import MultiUploadEventArguments

    from console.cloud import Answer
    from console.page import Page

FOLDER: Final = "Folder"
FIRST_OBJECTS: Final = 100
"""As many are looked at again and again; the others are loaded when asked for."""

MORE_OBJECTS: Final = 1000
"""As many ListObjectsV2 gives at once."""

DELETED_AT_ONCE: Final = 1000
"""As many keys DeleteObjects takes."""


def bucket(page: Page) -> None:
    """Show a bucket: its objects as folders, and its event notifications."""
    name, prefix = page.query.get("bucket", ""), page.query.get("prefix", "")
    crumbs = {"Buckets": page.url("s3")}
    if prefix:
        crumbs[name] = page.url("s3", "bucket", bucket=name)
        above = prefix.rstrip("/").split("/")[:-1]
        for depth, folder in enumerate(above, 1):
            inside = "/".join(above[:depth]) + "/"
            crumbs[f"{folder}/"] = page.url("s3", "bucket", bucket=name, prefix=inside)
    chosen: list[Row] = []
    with page_head(f"{prefix.rstrip('/').split('/')[-1]}/" if prefix else name, crumbs):
        delete = action(page, "Delete", lambda: _delete_objects(page, name, chosen))
        action(page, "Create folder", lambda: _create_folder(page, name, prefix))
        action(page, "Upload", lambda: _upload(page, name, prefix), main=True)
    delete.disable()

    def select(rows: list[Row]) -> None:
        chosen[:] = rows
        delete.set_enabled(bool(rows) and not page.read_only)

    with card("Objects"):
        _Contents(page, name, prefix, select).draw()
    if not prefix:
        event_notifications(page, name)
        lifecycle(page, name)
        versioning(page, name)


class _Contents:
    """What is in a folder: the first objects again and again, the others when asked for.

    Args:
        page: Where it is.
        bucket: Which.
        prefix: Of the folder; nothing for the whole bucket.
        on_select: Told of the selected rows.
    """

    def __init__(
        self, page: Page, bucket: str, prefix: str, on_select: Callable[[list[Row]], None]
    ) -> None:
        self._page = page
        self._bucket = bucket
        self._prefix = prefix
        self._on_select = on_select
        self._first: list[Row] = []
        self._others: list[Row] = []
        self._next: str | None = None

    def draw(self) -> None:
        """Draw the list, and the place to drop files on."""
        page = self._page
        self._table = Table(
            page,
            [
                Column("name", "Name", "link"),
                Column("type", "Type", minor=True),
                Column("modified", "Last modified", minor=True),
                Column("size", "Size", "number"),
            ],
            key="key",
            empty=page.say("Nothing in here yet.", "ยังไม่มีอะไรในนี้"),
            on_select=self._on_select,
        )
        Live(page, self._read, self._show, in_place=True)
        with ui.row().classes("items-center"):
            self._count = note("")
            self._more = plain_button(page.say("Load more", "โหลดเพิ่ม"), self._load)
        self._drop = ui.upload(
            label=page.say("Drop files here to upload them", "วางไฟล์ที่นี่เพื่ออัปโหลด"),
            multiple=True,
            auto_upload=True,
            max_file_size=LARGEST_FILE_BYTES,
            on_multi_upload=self._take,
        )
        self._drop.classes("drop-zone").props("flat bordered")
        if page.read_only:
            self._drop.disable()

    async def _take(self, event: MultiUploadEventArguments) -> None:
        """Open the form with what was dropped."""
        files = [LocalFile(file.name, await file.read()) for file in event.files]
        self._drop.reset()
        _upload(self._page, self._bucket, self._prefix, files)

    async def _read(self) -> tuple[list[Row], str | None]:
        return await self._list(FIRST_OBJECTS)

    async def _list(self, most: int, after: str | None = None) -> tuple[list[Row], str | None]:
        following = {"ContinuationToken": after} if after else {}
        answer = await self._page.cloud.ask(
            "s3",
            "ListObjectsV2",
            Bucket=self._bucket,
            Prefix=self._prefix,
            Delimiter="/",
            MaxKeys=most,
            **following,
        )
        rows = _rows(self._page, self._bucket, self._prefix, answer)
        return rows, answer.get("NextContinuationToken")

    def _show(self, found: tuple[list[Row], str | None]) -> None:
        before, (self._first, following) = self._first, found
        if not self._others:
            self._next = following
        elif following:  # what is new may push others out of the first answer
            last = max(row["key"] for row in self._first)
            self._others = [row for row in before if row["key"] > last] + self._others
        self._draw_rows()

    async def _load(self) -> None:
        rows, self._next = await self._list(MORE_OBJECTS, self._next)
        self._others += rows
        self._draw_rows()

    def _draw_rows(self) -> None:
        rows = list({row["key"]: row for row in (*self._others, *self._first)}.values())
        rows.sort(key=lambda row: (row["type"] != FOLDER, row["key"]))
        self._table.show(rows)
        self._more.visible = self._next is not None
        self._count.text = f"{len(rows):,}{'+' if self._next else ''} objects" if rows else ""


def _rows(page: Page, bucket: str, prefix: str, answer: Answer) -> list[Row]:
    """Return the rows of one answer of ListObjectsV2: folders, then objects."""
    folders = [each["Prefix"] for each in answer.get("CommonPrefixes", ())]
    rows: list[Row] = [
        {
            "key": folder,
            "name": folder.removeprefix(prefix),
            "name_url": page.url("s3", "bucket", bucket=bucket, prefix=folder),
            "type": FOLDER,
            "modified": "",
            "size": "",
        }
        for folder in folders
    ]
    rows += [
        {
            "key": each["Key"],
            "name": each["Key"].removeprefix(prefix),
            "name_url": page.url("s3", "object", bucket=bucket, key=each["Key"]),
            "type": each["Key"].rpartition(".")[2] if "." in each["Key"] else "",
            "modified": moment(each["LastModified"]),
            "size": size(each["Size"]),
        }
        for each in answer.get("Contents", ())
        if each["Key"] != prefix  # the folder's own marker
    ]
    return rows


def _create_folder(page: Page, bucket: str, prefix: str) -> None:
    with Form(page, "Create folder") as form:
        name = form.text("Folder name")

        def calls() -> list[Call]:
            missing = page.say("The folder needs a name.", "ยังไม่ได้ใส่ชื่อโฟลเดอร์")
            folder = required(name.value, missing).strip("/")
            return [Call("s3", "PutObject", {"Bucket": bucket, "Key": f"{prefix}{folder}/"})]

        form.makes(calls)


def _upload(page: Page, bucket: str, prefix: str, dropped: Sequence[LocalFile] = ()) -> None:
    """Open the form that uploads files, with those that were dropped already."""
    with Form(page, "Upload") as form:
        note(page.say(f"Goes to s3://{bucket}/{prefix}", f"ไปที่ s3://{bucket}/{prefix}"))
        files = form.files(
            page.say("Drop files here, or Add files (+)", "วางไฟล์ที่นี่ หรือกด Add files (+)")
        )

        files += dropped
        for file in dropped:
            note(file.name)

        def calls() -> list[Call]:
            if not files:
                raise IncompleteError(page.say("No file yet.", "ยังไม่มีไฟล์"))
            return [
                Call(
                    "s3",
                    "PutObject",
                    {"Bucket": bucket, "Key": f"{prefix}{file.name}", "Body": file},
                )
                for file in files
            ]

        form.makes(calls)


async def _delete_objects(page: Page, bucket: str, rows: list[Row]) -> None:
    keys = [row["key"] for row in rows if row["type"] != FOLDER]
    for folder in [row["key"] for row in rows if row["type"] == FOLDER]:
        keys += await _keys_below(page, bucket, folder)
    with Form(page, "Delete objects", submit="Permanently delete", danger=True) as form:
        note(
            page.say(
                f"{len(keys)} objects are gone for good.", f"object {len(keys)} รายการจะหายไปถาวร"
            )
        )
        form.makes(lambda: _delete_calls(bucket, keys))


async def _keys_below(page: Page, bucket: str, folder: str) -> list[str]:
    def ask(s3: Any) -> list[str]:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder)
        return [each["Key"] for answer in pages for each in answer.get("Contents", [])]

    return await page.cloud.use("s3", ask)


def _delete_calls(bucket: str, keys: list[str]) -> list[Call]:
    groups = [keys[i : i + DELETED_AT_ONCE] for i in range(0, len(keys), DELETED_AT_ONCE)]
    return [
        Call(
            "s3",
            "DeleteObjects",
            {"Bucket": bucket, "Delete": {"Objects": [{"Key": k} for k in group]}},
        )
        for group in groups
    ]
