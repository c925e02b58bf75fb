"""SQS: queues, messages sent and looked at without losing them, purge and redrive."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.calls import Call
from console.errors import ConsoleError
from console.parts.form import Form, IncompleteError, required
from console.parts.layout import action, card, page_head
from console.parts.live import Live
from console.parts.table import Column, Table
from console.parts.text import facts, note, preformatted, state
from console.service import Service
from console.showing import as_json, duration, moment

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page

DAY_SECONDS: Final = 24 * 60 * 60
KIB: Final = 1024
POLLS: Final = 3
"""How often a look asks: each answer of SQS holds ten messages at most."""

NO_QUEUE: Final = ""


# --- queues ------------------------------------------------------------------------------------


def queues(page: Page) -> None:
    """List the queues of the account."""
    with page_head("Queues"):
        action(page, "Create queue", lambda: _create_queue(page), main=True)
    with card("Queues"):
        table = Table(
            page,
            [
                Column("name", "Name", "link"),
                Column("type", "Type", minor=True),
                Column("available", "Messages available", "number"),
                Column("flight", "Messages in flight", "number"),
                Column("created", "Created", minor=True),
            ],
            key="name",
            empty=page.say("No queues yet.", "ยังไม่มี queue"),
        )

        def show(found: list[Answer]) -> None:
            table.show(
                [
                    {
                        "name": name_of(each["QueueUrl"]),
                        "name_url": page.url("sqs", "queue", queue=name_of(each["QueueUrl"])),
                        "type": "FIFO" if each["QueueUrl"].endswith(".fifo") else "Standard",
                        "available": int(each["ApproximateNumberOfMessages"]),
                        "flight": int(each["ApproximateNumberOfMessagesNotVisible"]),
                        "created": moment(float(each["CreatedTimestamp"])),
                    }
                    for each in found
                ]
            )

        Live(page, lambda: _queues(page), show, in_place=True)


async def _queues(page: Page) -> list[Answer]:
    def ask(sqs: Any) -> list[Answer]:
        urls = [
            url
            for answer in sqs.get_paginator("list_queues").paginate()
            for url in answer.get("QueueUrls", [])
        ]
        return [{"QueueUrl": url, **_attributes(sqs, url)} for url in urls]

    return await page.cloud.use("sqs", ask)


def _attributes(sqs: Any, url: str) -> Answer:
    found: Answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return found


def name_of(url_or_arn: str) -> str:
    """Return the name of a queue from its URL or ARN."""
    return url_or_arn.replace(":", "/").rpartition("/")[2]


async def _create_queue(page: Page) -> None:
    others = {each["QueueArn"]: name_of(each["QueueUrl"]) for each in await _queues(page)}
    with Form(page, "Create queue") as form:
        fields = _QueueFields(
            name=form.text(
                "Name", hint=page.say("A FIFO queue ends in .fifo", "queue แบบ FIFO ลงท้ายด้วย .fifo")
            ),
            visibility=form.number("Visibility timeout", 30, "s"),
            retention=form.number("Message retention period", 4, "days"),
            delay=form.number("Delivery delay", 0, "s"),
            largest=form.number("Maximum message size", 256, "KiB"),
            wait=form.number("Receive message wait time", 0, "s"),
            dead_letters=form.choice(
                "Dead-letter queue",
                {NO_QUEUE: page.say("Disabled", "Disabled (ไม่ใช้)"), **others},
                NO_QUEUE,
                hint=page.say(
                    "Where a message goes that was received too often without being deleted.",
                    "ที่ที่ message ไปเมื่อถูกรับหลายครั้งแล้วไม่มีใครลบ",
                ),
            ),
            receives=form.number("Maximum receives", 10),
        )
        fields.receives.bind_visibility_from(fields.dead_letters, "value", backward=bool)
        form.makes(lambda: [_queue_call(page, fields)])


@dataclass(frozen=True)
class _QueueFields:
    name: ui.input
    visibility: ui.number
    retention: ui.number
    delay: ui.number
    largest: ui.number
    wait: ui.number
    dead_letters: ui.select
    receives: ui.number


def _queue_call(page: Page, fields: _QueueFields) -> Call:
    name = required(fields.name.value, page.say("The queue needs a name.", "ยังไม่ได้ใส่ชื่อ queue"))
    numbers = {
        "VisibilityTimeout": (fields.visibility.value, 1),
        "MessageRetentionPeriod": (fields.retention.value, DAY_SECONDS),
        "DelaySeconds": (fields.delay.value, 1),
        "MaximumMessageSize": (fields.largest.value, KIB),
        "ReceiveMessageWaitTimeSeconds": (fields.wait.value, 1),
    }
    if any(value is None for value, _ in numbers.values()):
        raise IncompleteError(page.say("Each number is needed.", "ต้องใส่ตัวเลขให้ครบ"))
    attributes = {each: str(round(value * unit)) for each, (value, unit) in numbers.items()}
    if name.endswith(".fifo"):
        attributes["FifoQueue"] = "true"
    if fields.dead_letters.value:
        attributes["RedrivePolicy"] = json.dumps(
            {
                "deadLetterTargetArn": fields.dead_letters.value,
                "maxReceiveCount": round(fields.receives.value or 1),
            }
        )
    return Call("sqs", "CreateQueue", {"QueueName": name, "Attributes": attributes})


# --- a queue -----------------------------------------------------------------------------------


def queue(page: Page) -> None:
    """Show a queue: its numbers, its messages, and where they go when nobody manages them."""
    name = page.query.get("queue", "")
    look = _Look(page, name)
    with page_head(name, {"Queues": page.url("sqs")}):
        action(page, "Delete", lambda: _delete_queue(page, name))
        action(page, "Purge", lambda: _purge(page, name))
        action(page, "Start DLQ redrive", lambda: _redrive(page, name))
        action(page, "Send message", lambda: _send(page, name), main=True)
    Live(page, lambda: _queue(page, name), lambda found: _draw_queue(page, found))
    look.draw()


async def _url(page: Page, name: str) -> str:
    answer = await page.cloud.ask("sqs", "GetQueueUrl", QueueName=name)
    return str(answer["QueueUrl"])


async def _queue(page: Page, name: str) -> dict[str, Any]:
    def ask(sqs: Any) -> dict[str, Any]:
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        attributes = _attributes(sqs, url)
        sources = sqs.list_dead_letter_source_queues(QueueUrl=url).get("queueUrls", [])
        moves = []
        if sources:
            moves = sqs.list_message_move_tasks(SourceArn=attributes["QueueArn"]).get("Results", [])
        return {"url": url, "attributes": attributes, "sources": sources, "moves": moves}

    return await page.cloud.use("sqs", ask)


def _days(seconds: str) -> str:
    return f"{int(seconds) / DAY_SECONDS:g} days"


def _draw_queue(page: Page, found: dict[str, Any]) -> None:
    attributes = found["attributes"]
    with card("Details"):
        facts(
            {
                "Messages available": attributes["ApproximateNumberOfMessages"],
                "Messages in flight": attributes["ApproximateNumberOfMessagesNotVisible"],
                "Messages delayed": attributes["ApproximateNumberOfMessagesDelayed"],
                "Visibility timeout": duration(int(attributes["VisibilityTimeout"])),
                "Message retention period": _days(attributes["MessageRetentionPeriod"]),
                "Receive message wait time": duration(
                    int(attributes["ReceiveMessageWaitTimeSeconds"])
                ),
                "Maximum message size": f"{int(attributes['MaximumMessageSize']) / KIB:g} KiB",
                "ARN": attributes["QueueArn"],
                "URL": found["url"],
            }
        )
    with card("Dead-letter queue"):
        policy = json.loads(attributes.get("RedrivePolicy", "null"))
        if policy:
            target = name_of(policy["deadLetterTargetArn"])
            note(
                page.say(
                    f"A message that was received {policy['maxReceiveCount']} times and never "
                    f"deleted goes to {target}.",
                    f"message ที่ถูกรับ {policy['maxReceiveCount']} ครั้งโดยไม่มีใครลบ จะไปที่ {target}",
                )
            )
        for source in found["sources"]:
            note(
                page.say(
                    f"Takes the failed messages of {name_of(source)}.",
                    f"รับ message ที่ล้มเหลวของ {name_of(source)}",
                )
            )
        if not policy and not found["sources"]:
            note(
                page.say(
                    "None: a message is tried again until it is too old.",
                    "ไม่มี: message จะถูกลองใหม่จนกว่าจะหมดอายุ",
                )
            )
        for move in found["moves"]:
            tone = {"RUNNING": "busy", "COMPLETED": "good", "FAILED": "bad"}.get(
                move["Status"], "idle"
            )
            with ui.row():
                state(move["Status"], tone)
                note(f"DLQ redrive · {move.get('ApproximateNumberOfMessagesMoved', 0)} messages")


async def _send(page: Page, name: str) -> None:
    url = await _url(page, name)
    with Form(page, "Send message") as form:
        body = form.lines("Message body", '{"job_id": "test-job-001"}')
        group = form.text("Message group ID") if name.endswith(".fifo") else None

        def calls() -> list[Call]:
            text = required(body.value, page.say("The message is empty.", "message ยังว่าง"))
            parameters = {"QueueUrl": url, "MessageBody": text}
            if group is not None:
                parameters["MessageGroupId"] = required(group.value, "Message group ID")
                parameters["MessageDeduplicationId"] = f"{time.time_ns()}"
            return [Call("sqs", "SendMessage", parameters)]

        form.makes(calls)


async def _purge(page: Page, name: str) -> None:
    url = await _url(page, name)
    with Form(page, "Purge queue", submit="Purge", danger=True) as form:
        note(
            page.say(
                f"Every message of {name} is gone for good.", f"message ทั้งหมดของ {name} จะหายไปถาวร"
            )
        )
        form.makes(lambda: [Call("sqs", "PurgeQueue", {"QueueUrl": url})])


async def _delete_queue(page: Page, name: str) -> None:
    url = await _url(page, name)
    with Form(
        page,
        "Delete queue",
        submit="Delete",
        danger=True,
        then=lambda _: ui.navigate.to(page.url("sqs")),
    ) as form:
        note(
            page.say(
                f"{name} and its messages are gone for good.",
                f"{name} และ message ทั้งหมดจะหายไปถาวร",
            )
        )
        form.makes(lambda: [Call("sqs", "DeleteQueue", {"QueueUrl": url})])


async def _redrive(page: Page, name: str) -> None:
    found = await _queue(page, name)
    if not found["sources"]:
        raise ConsoleError(
            f"No queue sends its failed messages to {name}; there is nowhere to move them back to.",
            f"ไม่มี queue ใดส่ง message ที่ล้มเหลวมาที่ {name} จึงไม่มีที่ให้ย้ายกลับ",
        )
    with Form(page, "Start DLQ redrive", submit="DLQ redrive") as form:
        names = ", ".join(map(name_of, found["sources"]))
        note(page.say(f"Moves all messages back to {names}.", f"ย้าย message ทั้งหมดกลับไปที่ {names}"))
        parameters = {"SourceArn": found["attributes"]["QueueArn"]}
        form.makes(lambda: [Call("sqs", "StartMessageMoveTask", parameters)])


# --- looking at messages -----------------------------------------------------------------------


@dataclass
class _Look:
    """Messages received to be looked at: nobody deletes them, so they come back."""

    page: Page
    queue: str
    messages: list[Answer] = field(default_factory=list)
    back_at: float = 0.0

    def draw(self) -> None:
        """Draw the card with the messages."""
        page = self.page
        with card("Receive messages"):
            note(
                page.say(
                    "Polling receives the messages as a function would: they are hidden from all "
                    "others until the time is over, then they are back. Each look counts as a "
                    "receive: where there is a dead-letter queue, too many move a message there.",
                    "Poll คือการรับ message เหมือนที่ function รับ: message จะถูกซ่อนจากผู้รับอื่นจนครบเวลา "
                    "แล้วกลับมาเอง การดูแต่ละครั้งนับเป็นการรับหนึ่งครั้ง ถ้ามี dead-letter queue "
                    "ดูบ่อยเกินไป message จะถูกย้ายไปที่นั่น",
                )
            )
            with ui.row().classes("card-head"):
                self._hide = ui.number("Hidden for", value=30, suffix="s", min=0, precision=0)
                self._hide.props("outlined dense").classes("search")
                poll = ui.button("Poll for messages", on_click=self.poll).props(
                    "no-caps unelevated"
                )
                poll.set_enabled(not page.read_only)
                self._countdown = note("")
            self._place = ui.column().classes("live")
        ui.timer(1.0, self._tick)

    async def poll(self) -> None:
        """Receive what is there, and show it."""
        url = await _url(self.page, self.queue)
        hidden = round(self._hide.value or 0)

        def ask(sqs: Any) -> list[Answer]:
            found: dict[str, Answer] = {}
            for _ in range(POLLS):
                answer = sqs.receive_message(
                    QueueUrl=url,
                    MaxNumberOfMessages=10,
                    VisibilityTimeout=hidden,
                    WaitTimeSeconds=0 if found else 1,
                    AttributeNames=["All"],
                    MessageAttributeNames=["All"],
                )
                new = {each["MessageId"]: each for each in answer.get("Messages", [])}
                if not new.keys() - found.keys():
                    break
                found |= new
            return list(found.values())

        self.messages = await self.page.cloud.use("sqs", ask)
        self.back_at = time.monotonic() + hidden
        self._place.clear()
        with self._place:
            self._draw_messages(url)
        self._tick()

    def _draw_messages(self, url: str) -> None:
        page = self.page
        if not self.messages:
            note(page.say("No message was available.", "ไม่มี message ที่พร้อมให้รับ"))
        for each in self.messages:
            attributes = each["Attributes"]
            with ui.column().classes("letter"):
                with ui.element("div").classes("card-head"):
                    ui.label(each["MessageId"]).classes("mono")
                    sent = moment(int(attributes["SentTimestamp"]) / 1000)
                    count = attributes["ApproximateReceiveCount"]
                    note(
                        page.say(
                            f"sent {sent} · received {count} times",
                            f"ส่งเมื่อ {sent} · ถูกรับ {count} ครั้ง",
                        )
                    )
                    ui.space()
                    delete = Call(
                        "sqs",
                        "DeleteMessage",
                        {"QueueUrl": url, "ReceiptHandle": each["ReceiptHandle"]},
                    )
                    action(page, "Delete", partial(page.make, delete))
                preformatted(as_json(each["Body"]), kind="scrolls")
                for name, value in each.get("MessageAttributes", {}).items():
                    note(f"{name} = {value.get('StringValue', '(binary)')}")

    def _tick(self) -> None:
        left = self.back_at - time.monotonic()
        if not self.messages:
            self._countdown.text = ""
        elif left > 0:
            self._countdown.text = self.page.say(
                f"back in {left:.0f} s", f"กลับมาในอีก {left:.0f} วินาที"
            )
        else:
            self._countdown.text = self.page.say("back in the queue", "กลับเข้า queue แล้ว")


SERVICE = Service("sqs", "SQS", "move_to_inbox", {"": queues, "queue": queue})
