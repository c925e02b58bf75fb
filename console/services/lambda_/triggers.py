"""What calls a function by itself: notifications of S3, and queues that Lambda polls."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.calls import Call
from console.errors import ConsoleError
from console.parts.form import Form, IncompleteError, required
from console.parts.layout import action, card, link
from console.parts.live import Live
from console.parts.text import facts, note, state
from console.services.lambda_.configuration import policy_statements
from console.services.s3.notifications import EVENTS, filter_text, notification_calls

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page

SOURCES: Final = {"s3": "S3", "sqs": "SQS"}
RECURSIVE: Final = "I acknowledge that writing to the same place would invoke the function again."
PARTIAL: Final = "ReportBatchItemFailures"
TONES: Final = {"Enabled": "good", "Disabled": "idle", "Deleting": "warned"}
LEAST_CONCURRENCY: Final = 2
"""As Lambda takes it (ScalingConfig in the Lambda API reference)."""

_GROUP: Final = "LambdaFunctionConfigurations"


@dataclass(frozen=True)
class Triggers:
    """What calls a function.

    Args:
        notifications: Of S3, by the bucket.
        mappings: Event sources that Lambda polls, as ListEventSourceMappings has them.
        statements: Of the function's policy, which lets S3 in.
    """

    notifications: list[tuple[str, Answer]] = field(default_factory=list)
    mappings: list[Answer] = field(default_factory=list)
    statements: list[Answer] = field(default_factory=list)


def triggers_card(page: Page, function: str) -> None:
    """Draw the triggers of a function."""

    def add() -> None:
        action(page, "Add trigger", lambda: _add(page, function), main=True)

    with card("Triggers", add):
        Live(page, lambda: _triggers(page, function), lambda found: _draw(page, function, found))


async def _triggers(page: Page, function: str) -> Triggers:
    statements = await policy_statements(page, function)
    arn = page.cloud.arn("lambda", f"function:{function}")
    buckets = {_bucket_of(each) for each in statements}
    notifications = [
        (bucket, each)
        for bucket in sorted(filter(None, buckets))
        for each in await _notifications(page, bucket)
        if each["LambdaFunctionArn"] == arn
    ]

    def ask(client: Any) -> list[Answer]:
        pages = client.get_paginator("list_event_source_mappings").paginate(FunctionName=function)
        return [each for answer in pages for each in answer["EventSourceMappings"]]

    return Triggers(notifications, await page.cloud.use("lambda", ask), statements)


def _bucket_of(statement: Answer) -> str | None:
    """Return the bucket that a statement lets in."""
    conditions = statement.get("Condition", {})
    for test in conditions.values():
        for key, value in test.items():
            if key.lower() == "aws:sourcearn" and str(value).startswith("arn:aws:s3:::"):
                return str(value).removeprefix("arn:aws:s3:::")
    return None


async def _notifications(page: Page, bucket: str) -> list[Answer]:
    def ask(s3: Any) -> list[Answer]:
        try:
            answer = s3.get_bucket_notification_configuration(Bucket=bucket)
        except s3.exceptions.ClientError:  # the bucket is gone, or it is somebody else's
            return []
        found: list[Answer] = answer.get(_GROUP, [])
        return found

    return await page.cloud.use("s3", ask)


# --- drawing -----------------------------------------------------------------------------------


def _draw(page: Page, function: str, found: Triggers) -> None:
    if not found.notifications and not found.mappings:
        note(page.say("Nothing calls it by itself.", "ยังไม่มีอะไรเรียก function นี้"))
    for bucket, each in found.notifications:
        _draw_notification(page, function, bucket, each)
    for each in found.mappings:
        _draw_mapping(page, each)


def _draw_notification(page: Page, function: str, bucket: str, notification: Answer) -> None:
    with ui.column().classes("letter"):
        with ui.element("div").classes("card-head"):
            ui.label("S3")
            link(bucket, page.url("s3", "bucket", bucket=bucket))
            ui.space()
            delete = partial(_delete_notification, page, function, bucket, notification["Id"])
            action(page, "Delete", delete)
        facts(
            {
                "Event types": ", ".join(EVENTS.get(e, e) for e in notification["Events"]),
                "Filters": filter_text(notification) or "-",
                "Name": notification["Id"],
            }
        )


def _draw_mapping(page: Page, mapping: Answer) -> None:
    queue = mapping["EventSourceArn"].rpartition(":")[2]
    is_on = mapping["State"] not in ("Disabled", "Disabling")
    with ui.column().classes("letter"):
        with ui.element("div").classes("card-head"):
            ui.label("SQS")
            link(queue, page.url("sqs", "queue", queue=queue))
            state(mapping["State"], TONES.get(mapping["State"], "busy"))
            ui.space()
            action(page, "Delete", partial(_delete_mapping, page, mapping))
            action(
                page,
                "Disable" if is_on else "Enable",
                partial(_switch, page, mapping, on=not is_on),
            )
            action(page, "Edit", partial(_edit_mapping, page, mapping))
        reports = PARTIAL in (mapping.get("FunctionResponseTypes") or [])
        most = (mapping.get("ScalingConfig") or {}).get("MaximumConcurrency")
        facts(
            {
                "Batch size": str(mapping["BatchSize"]),
                "Batch window": f"{mapping.get('MaximumBatchingWindowInSeconds') or 0} s",
                "Report batch item failures": "Yes" if reports else "No",
                "Maximum concurrency": str(most or "-"),
                "UUID": mapping["UUID"],
            }
        )


# --- adding one --------------------------------------------------------------------------------


async def _add(page: Page, function: str) -> None:
    buckets = await page.cloud.ask("s3", "ListBuckets")
    queues = await page.cloud.ask("sqs", "ListQueues")
    found = await _triggers(page, function)
    with Form(page, "Add trigger", submit="Add") as form:
        source = form.choice("Source", SOURCES)
        with ui.column().classes("live") as s3_place:
            s3 = _S3Fields(form, [each["Name"] for each in buckets["Buckets"]])
        with ui.column().classes("live") as sqs_place:
            urls = queues.get("QueueUrls", [])
            sqs = _MappingFields(form, [url.rpartition("/")[2] for url in urls])
        s3_place.bind_visibility_from(source, "value", backward=lambda each: each == "s3")
        sqs_place.bind_visibility_from(source, "value", backward=lambda each: each == "sqs")
        there: dict[str, Answer] = {}

        async def look() -> None:
            """Read what the chosen bucket tells others already: all of it is written anew."""
            bucket = s3.bucket.value
            if bucket and bucket not in there:
                there[bucket] = await page.cloud.ask(
                    "s3", "GetBucketNotificationConfiguration", Bucket=bucket
                )
            form.refresh()

        s3.bucket.on_value_change(look)

        def calls() -> list[Call]:
            if source.value == "s3":
                return _notification(page, function, s3, there, found.statements)
            if source.value == "sqs":
                return [_create_mapping(page, function, sqs)]
            raise IncompleteError(page.say("Choose a source.", "ยังไม่ได้เลือกต้นทาง"))

        form.makes(calls)


class _S3Fields:
    """The fields for a trigger of S3."""

    def __init__(self, form: Form, buckets: list[str]) -> None:
        say = form.page.say
        self.bucket = form.choice("Bucket", buckets)
        self.event = form.choice("Event types", EVENTS, "s3:ObjectCreated:*")
        self.prefix = form.text("Prefix", hint=say("For example uploads/", "เช่น uploads/"))
        self.suffix = form.text("Suffix")
        note(
            say(
                "A function that writes where this trigger looks calls itself without end. Use "
                "another bucket for its results, or another prefix.",
                "ถ้า function เขียนลงที่เดียวกับที่ trigger นี้ดูอยู่ มันจะเรียกตัวเองไม่รู้จบ "
                "ให้เขียนผลลัพธ์ลง bucket อื่นหรือ prefix อื่น",
            )
        )
        self.acknowledged = form.tick(RECURSIVE)


def _notification(
    page: Page,
    function: str,
    fields: _S3Fields,
    there: dict[str, Answer],
    statements: list[Answer],
) -> list[Call]:
    bucket = required(fields.bucket.value, page.say("Choose a bucket.", "ยังไม่ได้เลือก bucket"))
    if not fields.acknowledged.value:
        raise IncompleteError(page.say("Acknowledge the warning first.", "ต้องยืนยันว่าอ่านคำเตือนแล้ว"))
    if bucket not in there:
        raise IncompleteError(page.say("Reading the bucket.", "กำลังอ่าน bucket"))
    rules = [
        {"Name": kind, "Value": one.value}
        for kind, one in (("prefix", fields.prefix), ("suffix", fields.suffix))
        if one.value
    ]
    added = {
        "Id": _free_id(function, there[bucket], statements),
        **({"Filter": {"Key": {"FilterRules": rules}}} if rules else {}),
        "Events": [fields.event.value],
    }
    target = page.cloud.arn("lambda", f"function:{function}")
    return notification_calls(page, bucket, there[bucket], added, target)


def _free_id(function: str, there: Answer, statements: list[Answer]) -> str:
    """Return a name that no notification of the bucket and no permission of the function has."""
    taken = {each.get("Id") for group in there.values() for each in group}
    sids = " ".join(each["Sid"] for each in statements)
    names = [f"lambda-{function}", *(f"lambda-{function}-{number}" for number in range(2, 100))]
    return next(each for each in names if each not in taken and not f"{sids} ".count(f"{each} "))


class _MappingFields:
    """The fields of an event source mapping: of a new one, or of one that is there."""

    def __init__(
        self, form: Form, queues: list[str] | None = None, mapping: Answer | None = None
    ) -> None:
        there = mapping or {}
        self.queue = form.choice("SQS queue", queues) if queues is not None else None
        self.batch = form.number("Batch size", there.get("BatchSize", 10))
        self.window = form.number(
            "Batch window", there.get("MaximumBatchingWindowInSeconds") or 0, "s"
        )
        self.concurrency = form.text(
            "Maximum concurrency",
            str((there.get("ScalingConfig") or {}).get("MaximumConcurrency") or ""),
            hint=form.page.say("2 to 1,000; empty for no limit.", "2 ถึง 1,000 เว้นว่างคือไม่จำกัด"),
        )
        self.partial = form.tick(
            "Report batch item failures",
            value=PARTIAL in (there.get("FunctionResponseTypes") or []),
        )
        self.active = form.tick(
            "Activate trigger", value=there.get("State") not in ("Disabled", "Disabling")
        )

    def wanted(self, page: Page) -> dict[str, Any]:
        """Return what they say, as Lambda takes it.

        Raises:
            IncompleteError: A number is missing, or none.
        """
        if not self.batch.value or self.window.value is None:
            raise IncompleteError(page.say("Each number is needed.", "ต้องใส่ตัวเลขให้ครบ"))
        most = (self.concurrency.value or "").strip()
        if most and (not most.isdecimal() or int(most) < LEAST_CONCURRENCY):
            raise IncompleteError(
                page.say(
                    "Maximum concurrency is a number from 2 on.",
                    "Maximum concurrency ต้องเป็นตัวเลขตั้งแต่ 2",
                )
            )
        return {
            "BatchSize": round(self.batch.value),
            "MaximumBatchingWindowInSeconds": round(self.window.value),
            "FunctionResponseTypes": [PARTIAL] if self.partial.value else [],
            **({"ScalingConfig": {"MaximumConcurrency": int(most)}} if most else {}),
            "Enabled": self.active.value,
        }


def _create_mapping(page: Page, function: str, fields: _MappingFields) -> Call:
    queue = fields.queue.value if fields.queue else None
    source = page.cloud.arn("sqs", required(queue, page.say("Choose a queue.", "ยังไม่ได้เลือก queue")))
    wanted = fields.wanted(page)
    if not wanted["FunctionResponseTypes"]:
        del wanted["FunctionResponseTypes"]
    parameters = {"FunctionName": function, "EventSourceArn": source, **wanted}
    return Call("lambda", "CreateEventSourceMapping", parameters)


# --- changing and deleting one -----------------------------------------------------------------


def _edit_mapping(page: Page, mapping: Answer) -> None:
    with Form(page, "Edit trigger", submit="Save") as form:
        fields = _MappingFields(form, mapping=mapping)

        def calls() -> list[Call]:
            wanted = fields.wanted(page)
            if mapping.get("ScalingConfig"):  # empty takes the limit away
                wanted.setdefault("ScalingConfig", {})
            return [_update_mapping(mapping, wanted)]

        form.makes(calls)


def _update_mapping(mapping: Answer, changed: dict[str, Any]) -> Call:
    return Call("lambda", "UpdateEventSourceMapping", {"UUID": mapping["UUID"], **changed})


def _switch(page: Page, mapping: Answer, *, on: bool) -> None:
    with Form(page, "Enable" if on else "Disable") as form:
        note(
            page.say(
                "Lambda takes messages from the queue again."
                if on
                else "Messages wait in the queue until it is enabled again.",
                "Lambda จะรับ message จาก queue อีกครั้ง"
                if on
                else "message จะรออยู่ใน queue จนกว่าจะเปิดอีกครั้ง",
            )
        )
        form.makes(lambda: [_update_mapping(mapping, {"Enabled": on})])


def _delete_mapping(page: Page, mapping: Answer) -> None:
    with Form(page, "Delete trigger", submit="Delete", danger=True) as form:
        note(
            page.say(
                "Messages wait in the queue until something else takes them.",
                "message จะรออยู่ใน queue จนกว่าจะมีอย่างอื่นมารับ",
            )
        )
        form.makes(lambda: [Call("lambda", "DeleteEventSourceMapping", {"UUID": mapping["UUID"]})])


async def _delete_notification(page: Page, function: str, bucket: str, identity: str) -> None:
    there = await page.cloud.ask("s3", "GetBucketNotificationConfiguration", Bucket=bucket)
    statements = await policy_statements(page, function)
    left = [each for each in there.get(_GROUP, []) if each["Id"] != identity]
    if len(left) == len(there.get(_GROUP, [])):
        raise ConsoleError("This trigger is gone already.", "trigger นี้ถูกลบไปแล้ว")
    configuration = {**there, _GROUP: left}
    if not left:
        del configuration[_GROUP]
    put = Call(
        "s3",
        "PutBucketNotificationConfiguration",
        {"Bucket": bucket, "NotificationConfiguration": configuration},
    )
    arn = page.cloud.arn("lambda", f"function:{function}")
    is_last = not any(each["LambdaFunctionArn"] == arn for each in left)
    revoked = [
        Call("lambda", "RemovePermission", {"FunctionName": function, "StatementId": each["Sid"]})
        for each in statements
        if is_last and _bucket_of(each) == bucket
    ]
    with Form(page, "Delete trigger", submit="Delete", danger=True) as form:
        note(page.say(f"{bucket} no longer calls {function}.", f"{bucket} จะไม่เรียก {function} อีก"))
        form.makes(lambda: [put, *revoked])
