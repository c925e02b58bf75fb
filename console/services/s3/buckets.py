"""The buckets of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from console.calls import Call
from console.parts.form import Form, required
from console.parts.layout import action, card, page_head
from console.parts.live import Live
from console.parts.table import Column, Row, Table
from console.parts.text import note
from console.showing import moment

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page

_CLOSED: Final = (
    "BlockPublicAcls",
    "IgnorePublicAcls",
    "BlockPublicPolicy",
    "RestrictPublicBuckets",
)


def buckets(page: Page) -> None:
    """List the buckets of the account."""
    chosen: list[Row] = []
    with page_head("Buckets"):
        delete = action(page, "Delete", lambda: _delete_bucket(page, chosen[0]["name"]))
        action(page, "Create bucket", lambda: _create_bucket(page), main=True)
    delete.disable()

    def select(rows: list[Row]) -> None:
        chosen[:] = rows
        delete.set_enabled(len(rows) == 1 and not page.read_only)

    with card("General purpose buckets"):
        table = Table(
            page,
            [
                Column("name", "Name", "link"),
                Column("region", "AWS Region", minor=True),
                Column("created", "Creation date"),
            ],
            key="name",
            empty=page.say("No buckets yet.", "ยังไม่มี bucket"),
            on_select=select,
        )
        Live(
            page,
            lambda: page.cloud.ask("s3", "ListBuckets"),
            show_buckets(page, table),
            in_place=True,
        )


def show_buckets(page: Page, table: Table) -> Any:
    """Return what shows the answer of ListBuckets."""

    def show(answer: Answer) -> None:
        table.show(
            [
                {
                    "name": each["Name"],
                    "name_url": page.url("s3", "bucket", bucket=each["Name"]),
                    "region": each.get("BucketRegion", ""),
                    "created": moment(each["CreationDate"]),
                }
                for each in answer["Buckets"]
            ]
        )

    return show


def _create_bucket(page: Page) -> None:
    with Form(page, "Create bucket") as form:
        name = form.text(
            "Bucket name",
            hint=page.say(
                "3 to 63 lower case letters, digits and hyphens; unique among all accounts.",
                "ตัวพิมพ์เล็ก ตัวเลข และขีด 3 ถึง 63 ตัว ห้ามซ้ำกับ account ใด ๆ",
            ),
        )
        closed = form.tick("Block all public access", value=True)
        versioned = form.tick("Bucket Versioning", value=False)
        form.makes(
            lambda: _bucket_calls(page, name.value, closed=closed.value, versioned=versioned.value)
        )


def _bucket_calls(page: Page, name: str, *, closed: bool, versioned: bool) -> list[Call]:
    bucket = required(name, page.say("The bucket needs a name.", "ยังไม่ได้ใส่ชื่อ bucket"))
    where = {"CreateBucketConfiguration": {"LocationConstraint": page.cloud.region}}
    # us-east-1 is what S3 takes without being told, and it refuses to be told (CreateBucket).
    elsewhere = {} if page.cloud.region == "us-east-1" else where
    calls = [Call("s3", "CreateBucket", {"Bucket": bucket, **elsewhere})]
    if not closed:  # a new bucket blocks all public access
        configuration = dict.fromkeys(_CLOSED, False)
        parameters = {"Bucket": bucket, "PublicAccessBlockConfiguration": configuration}
        calls.append(Call("s3", "PutPublicAccessBlock", parameters))
    if versioned:
        parameters = {"Bucket": bucket, "VersioningConfiguration": {"Status": "Enabled"}}
        calls.append(Call("s3", "PutBucketVersioning", parameters))
    return calls


def _delete_bucket(page: Page, bucket: str) -> None:
    with Form(page, "Delete bucket", danger=True) as form:
        note(
            page.say(
                f"Deletes {bucket}. S3 deletes empty buckets only.",
                f"ลบ {bucket} โดย S3 ลบได้เฉพาะ bucket ที่ว่าง",
            )
        )
        form.makes(lambda: [Call("s3", "DeleteBucket", {"Bucket": bucket})])
