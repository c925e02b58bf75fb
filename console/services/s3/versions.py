"""Versions: what a bucket keeps of objects that were replaced or deleted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.calls import Call
from console.parts.form import Form
from console.parts.layout import action, card, plain_button
from console.parts.live import Live
from console.parts.text import note, state
from console.showing import moment, size

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page

MOST_VERSIONS: Final = 100
UNVERSIONED: Final = "null"
"""The version of what was put while the bucket kept none (S3 user guide, "Versioning")."""


# --- of a bucket -------------------------------------------------------------------------------


def versioning(page: Page, bucket: str) -> None:
    """Draw the card that says whether a bucket keeps versions."""

    def actions() -> None:
        action(page, "Edit", lambda: _edit(page, bucket))

    with card("Bucket Versioning", actions):
        Live(page, lambda: _versioning(page, bucket), _draw_versioning, every=10)


async def _versioning(page: Page, bucket: str) -> str:
    answer = await page.cloud.ask("s3", "GetBucketVersioning", Bucket=bucket)
    return str(answer.get("Status", "Disabled"))


def _draw_versioning(status: str) -> None:
    state(status, "good" if status == "Enabled" else "idle")


async def _edit(page: Page, bucket: str) -> None:
    kept = await _versioning(page, bucket) == "Enabled"
    with Form(page, "Edit Bucket Versioning", submit="Save changes") as form:
        enabled = form.tick("Enable", value=kept)
        note(
            page.say(
                "Versions that are kept already stay when it is suspended.",
                "เมื่อ suspend แล้ว version ที่เก็บไว้ก่อนหน้ายังอยู่",
            )
        )

        def calls() -> list[Call]:
            status = "Enabled" if enabled.value else "Suspended"
            parameters = {"Bucket": bucket, "VersioningConfiguration": {"Status": status}}
            return [Call("s3", "PutBucketVersioning", parameters)]

        form.makes(calls)


# --- of an object ------------------------------------------------------------------------------


def versions(page: Page, bucket: str, key: str) -> None:
    """Draw the card of an object's versions; none where the bucket keeps none."""
    Live(
        page,
        lambda: _versions(page, bucket, key),
        lambda found: _draw_versions(page, bucket, key, found),
        every=10,
    )


async def _versions(page: Page, bucket: str, key: str) -> list[Answer]:
    """Return the versions and delete markers of an object, the newest first."""
    answer = await page.cloud.ask(
        "s3", "ListObjectVersions", Bucket=bucket, Prefix=key, MaxKeys=MOST_VERSIONS
    )
    found = [*answer.get("Versions", ()), *answer.get("DeleteMarkers", ())]
    own = [each for each in found if each["Key"] == key]
    return sorted(own, key=lambda each: (each["IsLatest"], each["LastModified"]), reverse=True)


def _draw_versions(page: Page, bucket: str, key: str, found: list[Answer]) -> None:
    if all(each["VersionId"] == UNVERSIONED for each in found):
        return
    with card("Versions"):
        for each in found:
            with ui.element("div").classes("card-head"):
                ui.label(each["VersionId"]).classes("mono")
                if each["IsLatest"]:
                    state("Current version", "good")
                is_marker = "Size" not in each
                if is_marker:
                    state("Delete marker", "warned")
                note(f"{moment(each['LastModified'])} {size(each.get('Size', 0))}")
                ui.space()
                where = {"Bucket": bucket, "Key": key, "VersionId": each["VersionId"]}
                if not is_marker:
                    plain_button("Download", partial(_download, page, where))
                action(page, "Delete", partial(_delete, page, where))


async def _download(page: Page, where: dict[str, str]) -> None:
    def ask(s3: Any) -> bytes:
        content: bytes = s3.get_object(**where)["Body"].read()
        return content

    ui.download.content(await page.cloud.use("s3", ask), where["Key"].rpartition("/")[2])


def _delete(page: Page, where: dict[str, str]) -> None:
    with Form(page, "Delete version", submit="Permanently delete", danger=True) as form:
        note(
            page.say(
                "This version is gone for good; of a delete marker, the object is back.",
                "version นี้จะหายไปถาวร ถ้าเป็น delete marker object จะกลับมา",
            )
        )
        form.makes(lambda: [Call("s3", "DeleteObject", dict(where))])
