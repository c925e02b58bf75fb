"""The attributes of a queue: the forms that create one and that change one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from console.calls import Call
from console.parts.form import Form, IncompleteError, required
from console.parts.text import note

if TYPE_CHECKING:
    from nicegui import ui

    from console.cloud import Answer
    from console.page import Page

DAY_SECONDS: Final = 24 * 60 * 60
KIB: Final = 1024
NO_QUEUE: Final = ""
FIFO: Final = ".fifo"
USUAL_RECEIVES: Final = 10

DEFAULTS: Final = {
    "VisibilityTimeout": "30",
    "MessageRetentionPeriod": str(4 * DAY_SECONDS),
    "DelaySeconds": "0",
    "MaximumMessageSize": str(256 * KIB),
    "ReceiveMessageWaitTimeSeconds": "0",
    "SqsManagedSseEnabled": "true",
}
"""What a queue is made with unless told (CreateQueue); the largest message is the workshop's."""

_LIMITS: Final = {
    "VisibilityTimeout": (0, 12 * 60 * 60),
    "MessageRetentionPeriod": (60, 14 * DAY_SECONDS),
    "DelaySeconds": (0, 15 * 60),
    "MaximumMessageSize": (KIB, 1024 * KIB),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
}
"""From the API reference of SetQueueAttributes."""


def name_of(url_or_arn: str) -> str:
    """Return the name of a queue from its URL or ARN."""
    return url_or_arn.replace(":", "/").rpartition("/")[2]


def attributes_of(sqs: Any, url: str) -> Answer:
    """Return all attributes of a queue."""
    found: Answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return found


async def create_queue(page: Page) -> None:
    """Open the form that creates a queue."""
    others = await _queue_names(page)
    with Form(page, "Create queue") as form:
        name = form.text(
            "Name", hint=page.say("A FIFO queue ends in .fifo", "queue แบบ FIFO ลงท้ายด้วย .fifo")
        )
        fields = _draw_fields(page, form, others, DEFAULTS)

        def calls() -> list[Call]:
            missing = page.say("The queue needs a name.", "ยังไม่ได้ใส่ชื่อ queue")
            queue = required(name.value, missing)
            attributes = fields.attributes(page)
            if queue.endswith(FIFO):
                attributes["FifoQueue"] = "true"
            return [Call("sqs", "CreateQueue", {"QueueName": queue, "Attributes": attributes})]

        form.makes(calls)


async def edit_queue(page: Page, name: str) -> None:
    """Open the form that changes a queue's attributes: it sends what differs."""

    def ask(sqs: Any) -> tuple[str, Answer]:
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        return str(url), attributes_of(sqs, url)

    url, there = await page.cloud.use("sqs", ask)
    others = await _queue_names(page)
    others.pop(there["QueueArn"], None)
    with Form(page, "Edit queue", submit="Save") as form:
        fields = _draw_fields(page, form, others, there)

        def calls() -> list[Call]:
            wanted = fields.attributes(page)
            if "RedrivePolicy" in there:  # an empty one takes the dead-letter queue away
                wanted.setdefault("RedrivePolicy", "")
            if "Policy" in there:
                wanted.setdefault("Policy", "")
            changed = {
                each: value
                for each, value in wanted.items()
                if not _same(value, there.get(each, ""))
            }
            if not changed:
                raise IncompleteError(page.say("Nothing is changed yet.", "ยังไม่ได้แก้ไขอะไร"))
            parameters = {"QueueUrl": url, "Attributes": changed}
            return [Call("sqs", "SetQueueAttributes", parameters)]

        form.makes(calls)


def _same(left: str, right: str) -> bool:
    """Return whether two values of an attribute say the same, also as differently written JSON."""
    try:
        return left == right or bool(json.loads(left) == json.loads(right))
    except ValueError:
        return False


async def _queue_names(page: Page) -> dict[str, str]:
    """Return the names of all queues by their ARNs."""

    def ask(sqs: Any) -> list[str]:
        pages = sqs.get_paginator("list_queues").paginate()
        return [url for answer in pages for url in answer.get("QueueUrls", ())]

    names = map(name_of, await page.cloud.use("sqs", ask))
    return {page.cloud.arn("sqs", name): name for name in names}


@dataclass(frozen=True)
class _Fields:
    """The fields of both forms.

    Args:
        numbers: By attribute, each with its unit in seconds or bytes.
        encrypted: Whether SQS encrypts with a key of its own.
        dead_letters: The ARN of the queue for what was received too often.
        receives: How often that is.
        policy: Who may use the queue, as JSON; empty for its owner alone.
    """

    numbers: dict[str, tuple[ui.number, int]]
    encrypted: ui.checkbox
    dead_letters: ui.select
    receives: ui.number
    policy: ui.codemirror

    def attributes(self, page: Page) -> dict[str, str]:
        """Return what the fields say, as SQS takes it.

        Raises:
            IncompleteError: A number is missing or out of its limits, or the policy is no JSON.
        """
        attributes = {}
        for name, (number, unit) in self.numbers.items():
            if number.value is None:
                raise IncompleteError(page.say("Each number is needed.", "ต้องใส่ตัวเลขให้ครบ"))
            value = round(number.value * unit)
            least, most = _LIMITS[name]
            if not least <= value <= most:
                low, high = f"{least / unit:g}", f"{most / unit:g}"
                raise IncompleteError(f"{number.label}: {low} - {high}")
            attributes[name] = str(value)
        attributes["SqsManagedSseEnabled"] = "true" if self.encrypted.value else "false"
        if self.dead_letters.value:
            attributes["RedrivePolicy"] = json.dumps(
                {
                    "deadLetterTargetArn": self.dead_letters.value,
                    "maxReceiveCount": round(self.receives.value or 1),
                }
            )
        if policy := (self.policy.value or "").strip():
            try:
                json.loads(policy)
            except ValueError as error:
                raise IncompleteError(f"Access policy: {error}") from None
            attributes["Policy"] = policy
        return attributes


def _draw_fields(page: Page, form: Form, others: dict[str, str], values: Answer) -> _Fields:
    def number(label: str, attribute: str, unit: int, shown: str) -> tuple[ui.number, int]:
        value = int(values.get(attribute, DEFAULTS[attribute]))
        return form.number(label, value // unit, shown), unit

    retention = int(values.get("MessageRetentionPeriod", 4 * DAY_SECONDS))
    numbers = {
        "VisibilityTimeout": number("Visibility timeout", "VisibilityTimeout", 1, "s"),
        "MessageRetentionPeriod": number(
            "Message retention period", "MessageRetentionPeriod", *_time_unit(retention)
        ),
        "DelaySeconds": number("Delivery delay", "DelaySeconds", 1, "s"),
        "MaximumMessageSize": number("Maximum message size", "MaximumMessageSize", KIB, "KiB"),
        "ReceiveMessageWaitTimeSeconds": number(
            "Receive message wait time", "ReceiveMessageWaitTimeSeconds", 1, "s"
        ),
    }
    encrypted = form.tick(
        "Server-side encryption (SSE-SQS)", value=values.get("SqsManagedSseEnabled") == "true"
    )
    redrive = json.loads(values.get("RedrivePolicy") or "{}")
    target = redrive.get("deadLetterTargetArn", NO_QUEUE)
    options = {NO_QUEUE: page.say("Disabled", "Disabled (ไม่ใช้)"), **others}
    dead_letters = form.choice(
        "Dead-letter queue",
        options | ({} if target in options else {target: name_of(target)}),
        target,
        hint=page.say(
            "Where a message goes that was received too often without being deleted.",
            "ที่ที่ message ไปเมื่อถูกรับหลายครั้งแล้วไม่มีใครลบ",
        ),
    )
    receives = form.number("Maximum receives", redrive.get("maxReceiveCount", USUAL_RECEIVES))
    receives.bind_visibility_from(dead_letters, "value", backward=bool)
    note(page.say("Access policy; empty: the owner only.", "Access policy ว่าง: เฉพาะเจ้าของ"))
    policy = form.code(values.get("Policy", ""), "JSON")
    return _Fields(numbers, encrypted, dead_letters, receives, policy)


def _time_unit(seconds: int) -> tuple[int, str]:
    """Return the largest unit in which a time is a whole number."""
    units = ((DAY_SECONDS, "days"), (60 * 60, "hours"), (60, "minutes"), (1, "s"))
    return next((unit, shown) for unit, shown in units if seconds % unit == 0)


async def url_of(page: Page, name: str) -> str:
    """Return the URL of a queue."""
    answer = await page.cloud.ask("sqs", "GetQueueUrl", QueueName=name)
    return str(answer["QueueUrl"])
