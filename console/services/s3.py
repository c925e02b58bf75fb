"""S3: buckets, the objects in them as folders, what an object holds, and event notifications."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.calls import Call
from console.parts.form import Form, IncompleteError, required
from console.parts.layout import action, card, page_head, plain_button
from console.parts.live import Live
from console.parts.table import Column, Row, Table
from console.parts.text import facts, note, preformatted
from console.service import Service
from console.showing import as_json, moment, size

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page

MOST_OBJECTS: Final = 5000
"""As many objects of a folder are listed; more are found by their prefix."""

PREVIEW_BYTES: Final = 64 * 1024
PREVIEW_ROWS: Final = 100
DOWNLOAD_BYTES: Final = 256 * 1024 * 1024
DELETED_AT_ONCE: Final = 1000
"""As many keys DeleteObjects takes."""

EVENTS: Final = {
    "s3:ObjectCreated:*": "All object create events",
    "s3:ObjectCreated:Put": "Put",
    "s3:ObjectCreated:Post": "Post",
    "s3:ObjectCreated:Copy": "Copy",
    "s3:ObjectCreated:CompleteMultipartUpload": "Multipart upload completed",
    "s3:ObjectRemoved:*": "All object removal events",
}
_CLOSED: Final = (
    "BlockPublicAcls",
    "IgnorePublicAcls",
    "BlockPublicPolicy",
    "RestrictPublicBuckets",
)


# --- buckets -----------------------------------------------------------------------------------


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


# --- a bucket ----------------------------------------------------------------------------------


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
        table = Table(
            page,
            [
                Column("name", "Name", "link"),
                Column("type", "Type", minor=True),
                Column("modified", "Last modified", minor=True),
                Column("size", "Size", "number"),
            ],
            key="key",
            empty=page.say("Nothing in here yet.", "ยังไม่มีอะไรในนี้"),
            on_select=select,
        )

        def show(rows: list[Row]) -> None:
            table.show(rows)

        Live(page, lambda: _contents(page, name, prefix), show, in_place=True)
    if not prefix:
        _event_notifications(page, name)
        _lifecycle(page, name)


async def _contents(page: Page, bucket: str, prefix: str) -> list[Row]:
    def ask(s3: Any) -> tuple[list[Answer], list[str]]:
        found: list[Answer] = []
        folders: list[str] = []
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=prefix, Delimiter="/"
        )
        for answer in pages:
            found += answer.get("Contents", [])
            folders += [each["Prefix"] for each in answer.get("CommonPrefixes", [])]
            if len(found) >= MOST_OBJECTS:
                break
        return found, folders

    found, folders = await page.cloud.use("s3", ask)
    rows: list[Row] = [
        {
            "key": folder,
            "name": folder.removeprefix(prefix),
            "name_url": page.url("s3", "bucket", bucket=bucket, prefix=folder),
            "type": "Folder",
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
        for each in found
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


def _upload(page: Page, bucket: str, prefix: str) -> None:
    with Form(page, "Upload") as form:
        note(page.say(f"Goes to s3://{bucket}/{prefix}", f"ไปที่ s3://{bucket}/{prefix}"))
        files = form.files(
            page.say("Drop files here, or Add files (+)", "วางไฟล์ที่นี่ หรือกด Add files (+)")
        )

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
    keys = [row["key"] for row in rows if row["type"] != "Folder"]
    for folder in [row["key"] for row in rows if row["type"] == "Folder"]:
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


# --- event notifications and lifecycle ---------------------------------------------------------

_TARGETS: Final = {
    "LambdaFunctionConfigurations": ("LambdaFunctionArn", "Lambda function"),
    "QueueConfigurations": ("QueueArn", "SQS queue"),
    "TopicConfigurations": ("TopicArn", "SNS topic"),
}


def _event_notifications(page: Page, bucket: str) -> None:
    chosen: list[Row] = []
    buttons: list[ui.button] = []

    def actions() -> None:
        buttons.append(
            action(page, "Delete", lambda: _delete_notification(page, bucket, chosen[0]["id"]))
        )
        action(page, "Create event notification", lambda: _create_notification(page, bucket))

    with card("Event notifications", actions):
        buttons[0].disable()

        def select(rows: list[Row]) -> None:
            chosen[:] = rows
            buttons[0].set_enabled(len(rows) == 1 and not page.read_only)

        table = Table(
            page,
            [
                Column("id", "Name"),
                Column("events", "Event types", minor=True),
                Column("filter", "Filters"),
                Column("target", "Destination", minor=True),
            ],
            key="id",
            empty=page.say(
                "This bucket tells nobody of its objects.", "bucket นี้ไม่ได้แจ้งใครเมื่อมี object ใหม่"
            ),
            on_select=select,
        )

        def show(answer: Answer) -> None:
            table.show(
                [
                    {
                        "id": each.get("Id", ""),
                        "events": ", ".join(each["Events"]),
                        "filter": filter_text(each),
                        "target": each[arn],
                    }
                    for kind, (arn, _) in _TARGETS.items()
                    for each in answer.get(kind, [])
                ]
            )

        Live(page, lambda: _notifications(page, bucket), show, in_place=True)


async def _notifications(page: Page, bucket: str) -> Answer:
    return await page.cloud.ask("s3", "GetBucketNotificationConfiguration", Bucket=bucket)


def filter_text(notification: Answer) -> str:
    """Return which keys a notification is about."""
    rules = notification.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    return ", ".join(f"{rule['Name'].lower()}: {rule['Value']}" for rule in rules)


async def _create_notification(page: Page, bucket: str) -> None:
    there = await _notifications(page, bucket)
    functions = await page.cloud.ask("lambda", "ListFunctions")
    queues = await page.cloud.ask("sqs", "ListQueues")
    topics = await page.cloud.ask("sns", "ListTopics")
    names = {
        each["FunctionArn"]: f"Lambda: {each['FunctionName']}" for each in functions["Functions"]
    }
    for url in queues.get("QueueUrls", []):
        queue = url.rpartition("/")[2]
        names[page.cloud.arn("sqs", queue)] = f"SQS: {queue}"
    names |= {
        each["TopicArn"]: f"SNS: {each['TopicArn'].rpartition(':')[2]}" for each in topics["Topics"]
    }
    with Form(page, "Create event notification", submit="Save changes") as form:
        name = form.text("Event name")
        prefix = form.text("Prefix", hint=page.say("For example uploads/", "เช่น uploads/"))
        suffix = form.text("Suffix")
        event = form.choice("Event types", EVENTS, "s3:ObjectCreated:*")
        target = form.choice("Destination", names)

        def calls() -> list[Call]:
            required(target.value, page.say("Choose a destination.", "ยังไม่ได้เลือกปลายทาง"))
            identity = required(name.value, page.say("The event needs a name.", "ยังไม่ได้ใส่ชื่อ event"))
            rules = [
                {"Name": kind, "Value": field.value}
                for kind, field in (("prefix", prefix), ("suffix", suffix))
                if field.value
            ]
            added = {
                "Id": identity,
                **({"Filter": {"Key": {"FilterRules": rules}}} if rules else {}),
                "Events": [event.value],
            }
            return notification_calls(page, bucket, there, added, target.value)

        form.makes(calls)


def notification_calls(
    page: Page, bucket: str, there: Answer, added: Answer, target: str
) -> list[Call]:
    """Return the calls that let a bucket tell one more target of its objects.

    Args:
        page: Whose account.
        bucket: Which bucket.
        there: Its notifications as they are; all of them are written anew.
        added: The new one, without its target.
        target: The ARN of a function, queue or topic.
    """
    service = target.split(":")[2]
    kind = {"lambda": 0, "sqs": 1, "sns": 2}[service]
    group, (arn, _) = list(_TARGETS.items())[kind]
    configuration = {**there, group: [*there.get(group, []), {**added, arn: target}]}
    put = Call(
        "s3",
        "PutBucketNotificationConfiguration",
        {"Bucket": bucket, "NotificationConfiguration": configuration},
    )
    if service != "lambda":
        return [put]
    permission = {
        "FunctionName": target.rpartition(":")[2],
        "StatementId": f"s3-{bucket}-{added['Id']}".replace(".", "-").replace(" ", "-")[:100],
        "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com",
        "SourceArn": f"arn:aws:s3:::{bucket}",
        "SourceAccount": page.cloud.account,
    }
    return [Call("lambda", "AddPermission", permission), put]


async def _delete_notification(page: Page, bucket: str, identity: str) -> None:
    there = await _notifications(page, bucket)
    left = {
        kind: kept
        for kind in _TARGETS
        if (kept := [each for each in there.get(kind, []) if each.get("Id") != identity])
    }
    with Form(page, "Delete event notification", submit="Delete", danger=True) as form:
        note(page.say(f"{identity} is removed.", f"ลบ {identity}"))
        parameters = {"Bucket": bucket, "NotificationConfiguration": left}
        form.makes(lambda: [Call("s3", "PutBucketNotificationConfiguration", parameters)])


def _lifecycle(page: Page, bucket: str) -> None:
    with card("Lifecycle rules"):
        table = Table(
            page,
            [
                Column("id", "Lifecycle rule name"),
                Column("status", "Status", "state"),
                Column("scope", "Scope", minor=True),
                Column("days", "Expires after", minor=True),
            ],
            key="id",
            empty=page.say("Objects stay until somebody deletes them.", "object อยู่จนกว่าจะมีคนลบ"),
        )

        def show(rules: list[Answer]) -> None:
            table.show([_rule_row(rule) for rule in rules])

        Live(page, lambda: _rules(page, bucket), show, every=10, in_place=True)


async def _rules(page: Page, bucket: str) -> list[Answer]:
    def ask(s3: Any) -> list[Answer]:
        try:
            rules: list[Answer] = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
        except s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchLifecycleConfiguration":
                return []
            raise
        return rules

    return await page.cloud.use("s3", ask)


def _rule_row(rule: Answer) -> Row:
    days = rule.get("Expiration", {}).get("Days")
    return {
        "id": rule.get("ID", ""),
        "status": rule["Status"],
        "status_tone": "good" if rule["Status"] == "Enabled" else "idle",
        "scope": rule.get("Filter", {}).get("Prefix", rule.get("Prefix", "")) or "*",
        "days": f"{days} days" if days else "",
    }


# --- an object ---------------------------------------------------------------------------------


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


SERVICE = Service("s3", "S3", "inventory_2", {"": buckets, "bucket": bucket, "object": object_})
