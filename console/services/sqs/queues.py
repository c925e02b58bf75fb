"""The queues of an account, and a queue: its numbers, its messages, where they go in the end."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from nicegui import ui

from console.calls import Call
from console.errors import ConsoleError
from console.parts.form import Form, deletion, required
from console.parts.layout import action, card, page_head
from console.parts.live import Live
from console.parts.table import Column, Table
from console.parts.text import facts, note, state
from console.services.sqs.attributes import (
    DAY_SECONDS,
    KIB,
    attributes_of,
    create_queue,
    edit_queue,
    name_of,
    url_of,
)
from console.services.sqs.messages import Look
from console.showing import duration, moment

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page


def queues(page: Page) -> None:
    """List the queues of the account."""
    with page_head("Queues"):
        action(page, "Create queue", lambda: create_queue(page), main=True)
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
        return [{"QueueUrl": url, **attributes_of(sqs, url)} for url in urls]

    return await page.cloud.use("sqs", ask)


def queue(page: Page) -> None:
    """Show a queue: its numbers, its messages, and where they go when nobody manages them."""
    name = page.query.get("queue", "")
    look = Look(page, name)
    with page_head(name, {"Queues": page.url("sqs")}):
        action(page, "Delete", lambda: _delete_queue(page, name))
        action(page, "Edit", lambda: edit_queue(page, name))
        action(page, "Purge", lambda: _purge(page, name))
        action(page, "Start DLQ redrive", lambda: _redrive(page, name))
        action(page, "Send message", lambda: _send(page, name), main=True)
    Live(page, lambda: _queue(page, name), lambda found: _draw_queue(page, found))
    look.draw()


async def _queue(page: Page, name: str) -> dict[str, Any]:
    def ask(sqs: Any) -> dict[str, Any]:
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        attributes = attributes_of(sqs, url)
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
    url = await url_of(page, name)
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
    url = await url_of(page, name)
    with Form(page, "Purge queue", submit="Purge", danger=True) as form:
        note(
            page.say(
                f"Every message of {name} is gone for good.", f"message ทั้งหมดของ {name} จะหายไปถาวร"
            )
        )
        form.makes(lambda: [Call("sqs", "PurgeQueue", {"QueueUrl": url})])


async def _delete_queue(page: Page, name: str) -> None:
    url = await url_of(page, name)
    deletion(
        page,
        "Delete queue",
        page.say(
            f"{name} and its messages are gone for good.",
            f"{name} และ message ทั้งหมดจะหายไปถาวร",
        ),
        [Call("sqs", "DeleteQueue", {"QueueUrl": url})],
        page.url("sqs"),
    )


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
