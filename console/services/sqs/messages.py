"""Looking at messages: nobody deletes what is looked at, so it comes back."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.calls import Call
from console.parts.layout import action, card
from console.parts.text import note, preformatted
from console.services.sqs.attributes import url_of
from console.showing import as_json, moment

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page

POLLS: Final = 3
"""How often a look asks: each answer of SQS holds ten messages at most."""


@dataclass
class Look:
    """Messages received to be looked at: nobody deletes them, so they come back."""

    page: Page
    queue: str
    messages: list[Answer] = field(default_factory=list)
    back_at: float = 0.0
    url: str = ""

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
                self._release = action(page, "Show again now", self.release)
                self._release.visible = False
                self._countdown = note("")
            self._place = ui.column().classes("live")
        ui.timer(1.0, self._tick)

    async def release(self) -> None:
        """Let others receive the messages at once, before the time is over."""
        for each in self.messages:
            parameters = {
                "QueueUrl": self.url,
                "ReceiptHandle": each["ReceiptHandle"],
                "VisibilityTimeout": 0,
            }
            if await self.page.make(Call("sqs", "ChangeMessageVisibility", parameters)) is None:
                return
        self.back_at = time.monotonic()
        self._tick()

    async def poll(self) -> None:
        """Receive what is there, and show it."""
        url = self.url = await url_of(self.page, self.queue)
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
        self._draw_messages()
        self._tick()

    async def _delete(self, message: Answer) -> None:
        parameters = {"QueueUrl": self.url, "ReceiptHandle": message["ReceiptHandle"]}
        if await self.page.make(Call("sqs", "DeleteMessage", parameters)) is not None:
            self.messages.remove(message)
            self._draw_messages()

    def _draw_messages(self) -> None:
        self._place.clear()
        with self._place:
            self._draw_list()

    def _draw_list(self) -> None:
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
                    action(page, "Delete", partial(self._delete, each))
                preformatted(as_json(each["Body"]), kind="scrolls")
                for name, value in each.get("MessageAttributes", {}).items():
                    note(f"{name} = {value.get('StringValue', '(binary)')}")

    def _tick(self) -> None:
        left = self.back_at - time.monotonic()
        self._release.visible = bool(self.messages) and left > 0
        if not self.messages:
            self._countdown.text = ""
        elif left > 0:
            self._countdown.text = self.page.say(
                f"back in {left:.0f} s", f"กลับมาในอีก {left:.0f} วินาที"
            )
        else:
            self._countdown.text = self.page.say("back in the queue", "กลับเข้า queue แล้ว")
