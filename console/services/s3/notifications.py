"""Event notifications: whom a bucket tells of its objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from console.calls import Call
from console.parts.form import Form, required
from console.parts.layout import action, card
from console.parts.live import Live
from console.parts.table import Column, Row, Table
from console.parts.text import note

if TYPE_CHECKING:
    from nicegui import ui

    from console.cloud import Answer
    from console.page import Page

EVENTS: Final = {
    "s3:ObjectCreated:*": "All object create events",
    "s3:ObjectCreated:Put": "Put",
    "s3:ObjectCreated:Post": "Post",
    "s3:ObjectCreated:Copy": "Copy",
    "s3:ObjectCreated:CompleteMultipartUpload": "Multipart upload completed",
    "s3:ObjectRemoved:*": "All object removal events",
}
_TARGETS: Final = {
    "LambdaFunctionConfigurations": ("LambdaFunctionArn", "Lambda function"),
    "QueueConfigurations": ("QueueArn", "SQS queue"),
    "TopicConfigurations": ("TopicArn", "SNS topic"),
}


def event_notifications(page: Page, bucket: str) -> None:
    """Draw the card of a bucket's event notifications."""
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
    others = {kind: value for kind, value in there.items() if kind not in _TARGETS}
    left = others | {
        kind: kept
        for kind in _TARGETS
        if (kept := [each for each in there.get(kind, []) if each.get("Id") != identity])
    }
    with Form(page, "Delete event notification", submit="Delete", danger=True) as form:
        note(page.say(f"{identity} is removed.", f"ลบ {identity}"))
        parameters = {"Bucket": bucket, "NotificationConfiguration": left}
        form.makes(lambda: [Call("s3", "PutBucketNotificationConfiguration", parameters)])
