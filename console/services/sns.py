"""SNS: topics, their subscriptions, and publishing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.calls import Call
from console.parts.form import Form, required
from console.parts.layout import action, card, page_head
from console.parts.live import Live
from console.parts.table import Column, Row, Table
from console.parts.text import facts, note
from console.service import Service

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page

PROTOCOLS: Final = {
    "email": "Email",
    "email-json": "Email-JSON",
    "sqs": "Amazon SQS",
    "lambda": "AWS Lambda",
    "sms": "SMS",
    "http": "HTTP",
    "https": "HTTPS",
}


def topics(page: Page) -> None:
    """List the topics of the account."""
    with page_head("Topics"):
        action(page, "Create topic", lambda: _create_topic(page), main=True)
    with card("Topics"):
        table = Table(
            page,
            [Column("name", "Name", "link"), Column("arn", "ARN", minor=True)],
            key="arn",
            empty=page.say("No topics yet.", "ยังไม่มี topic"),
        )

        def show(answer: Answer) -> None:
            table.show(
                [
                    {
                        "arn": each["TopicArn"],
                        "name": each["TopicArn"].rpartition(":")[2],
                        "name_url": page.url("sns", "topic", arn=each["TopicArn"]),
                    }
                    for each in answer["Topics"]
                ]
            )

        Live(page, lambda: page.cloud.ask("sns", "ListTopics"), show, in_place=True)


def _create_topic(page: Page) -> None:
    with Form(page, "Create topic") as form:
        name = form.text("Name")
        shown = form.text(
            "Display name", hint=page.say("The sender's name in mails.", "ชื่อผู้ส่งในอีเมล")
        )

        def calls() -> list[Call]:
            topic = required(name.value, page.say("The topic needs a name.", "ยังไม่ได้ใส่ชื่อ topic"))
            attributes = {"Attributes": {"DisplayName": shown.value}} if shown.value else {}
            return [Call("sns", "CreateTopic", {"Name": topic, **attributes})]

        form.makes(calls)


def topic(page: Page) -> None:
    """Show a topic: its subscriptions, and a message to all of them."""
    arn = page.query.get("arn", "")
    with page_head(arn.rpartition(":")[2], {"Topics": page.url("sns")}):
        action(page, "Delete", lambda: _delete_topic(page, arn))
        action(page, "Publish message", lambda: _publish(page, arn))
        action(page, "Create subscription", lambda: _subscribe(page, arn), main=True)
    chosen: list[Row] = []
    buttons: list[ui.button] = []

    def select(rows: list[Row]) -> None:
        chosen[:] = rows
        # One that is not confirmed has no ARN to be deleted by (Unsubscribe).
        buttons[0].set_enabled(
            len(rows) == 1 and rows[0]["arn"].startswith("arn:") and not page.read_only
        )

    def actions() -> None:
        buttons.append(action(page, "Delete", lambda: _unsubscribe(page, chosen[0])))
        buttons[0].disable()

    with card("Subscriptions", actions):
        table = Table(
            page,
            [
                Column("endpoint", "Endpoint"),
                Column("protocol", "Protocol", minor=True),
                Column("status", "Status", "state"),
            ],
            key="id",
            empty=page.say("Nobody is told yet.", "ยังไม่มีผู้รับ"),
            on_select=select,
        )

        def show(answer: Answer) -> None:
            table.show(
                [_subscription_row(n, each) for n, each in enumerate(answer["Subscriptions"])]
            )

        Live(
            page,
            lambda: page.cloud.ask("sns", "ListSubscriptionsByTopic", TopicArn=arn),
            show,
            in_place=True,
        )
    Live(
        page,
        lambda: page.cloud.ask("sns", "GetTopicAttributes", TopicArn=arn),
        _draw_topic,
        every=10,
    )


def _subscription_row(number: int, subscription: Answer) -> Row:
    confirmed = subscription["SubscriptionArn"].startswith("arn:")
    return {
        "id": f"{number} {subscription['SubscriptionArn']}",
        "arn": subscription["SubscriptionArn"],
        "endpoint": subscription["Endpoint"],
        "protocol": PROTOCOLS.get(subscription["Protocol"], subscription["Protocol"]),
        "status": "Confirmed" if confirmed else "Pending confirmation",
        "status_tone": "good" if confirmed else "warned",
    }


def _draw_topic(answer: Answer) -> None:
    attributes = answer["Attributes"]
    with card("Details"):
        facts({"Display name": attributes.get("DisplayName", ""), "ARN": attributes["TopicArn"]})


def _subscribe(page: Page, arn: str) -> None:
    with Form(page, "Create subscription") as form:
        protocol = form.choice("Protocol", PROTOCOLS, "email")
        endpoint = form.text(
            "Endpoint",
            hint=page.say(
                "An e-mail address, or the ARN of a queue or function. A mail asks to confirm; "
                "it arrives in the inbox here.",
                "อีเมล หรือ ARN ของ queue หรือ function อีเมลขอให้ยืนยันจะเข้ามาที่ Inbox ที่นี่",
            ),
        )

        def calls() -> list[Call]:
            to = required(endpoint.value, page.say("The endpoint is missing.", "ยังไม่ได้ใส่ endpoint"))
            parameters: dict[str, Any] = {
                "TopicArn": arn,
                "Protocol": protocol.value,
                "Endpoint": to,
                # Else one that is not confirmed has no name to speak of it by (Subscribe).
                "ReturnSubscriptionArn": True,
            }
            return [Call("sns", "Subscribe", parameters)]

        form.makes(calls)


def _unsubscribe(page: Page, row: Row) -> None:
    with Form(page, "Delete subscription", submit="Delete", danger=True) as form:
        note(page.say(f"{row['endpoint']} is told no more.", f"จะไม่แจ้ง {row['endpoint']} อีก"))
        form.makes(lambda: [Call("sns", "Unsubscribe", {"SubscriptionArn": row["arn"]})])


def _publish(page: Page, arn: str) -> None:
    with Form(page, "Publish message") as form:
        subject = form.text("Subject", hint=page.say("Up to 99 characters.", "ไม่เกิน 99 ตัวอักษร"))
        body = form.lines("Message body")

        def calls() -> list[Call]:
            text = required(body.value, page.say("The message is empty.", "message ยังว่าง"))
            titled = {"Subject": subject.value} if subject.value else {}
            return [Call("sns", "Publish", {"TopicArn": arn, **titled, "Message": text})]

        form.makes(calls)


def _delete_topic(page: Page, arn: str) -> None:
    with Form(
        page,
        "Delete topic",
        submit="Delete",
        danger=True,
        then=lambda _: ui.navigate.to(page.url("sns")),
    ) as form:
        note(page.say("Its subscriptions go with it.", "subscription ทั้งหมดจะหายไปด้วย"))
        form.makes(lambda: [Call("sns", "DeleteTopic", {"TopicArn": arn})])


SERVICE = Service("sns", "SNS", "campaign", {"": topics, "topic": topic})
