"""SNS: topics, their subscriptions of all kinds with filters, and publishing with attributes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

from nicegui import ui

from console.calls import Call
from console.errors import RefusedError
from console.parts.form import Form, IncompleteError, deletion, required
from console.parts.layout import action, card, page_head, plain_button
from console.parts.live import Live
from console.parts.table import Column, Row, Table
from console.parts.text import facts, note, preformatted, state
from console.service import Service
from console.showing import as_json

if TYPE_CHECKING:
    from nicegui.elements.mixins.value_element import ValueElement

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
FILTER_SCOPES: Final = {
    "MessageAttributes": "Message attributes",
    "MessageBody": "Message body",
}
ATTRIBUTE_TYPES: Final = ("String", "Number", "String.Array")
LONGEST_SUBJECT: Final = 99
FIFO: Final = ".fifo"


# --- topics ------------------------------------------------------------------------------------


def topics(page: Page) -> None:
    """List the topics of the account."""
    with page_head("Topics"):
        action(page, "Create topic", lambda: _create_topic(page), main=True)
    with card("Topics"):
        table = Table(
            page,
            [
                Column("name", "Name", "link"),
                Column("type", "Type", minor=True),
                Column("arn", "ARN", minor=True),
            ],
            key="arn",
            empty=page.say("No topics yet.", "ยังไม่มี topic"),
        )

        def show(answer: Answer) -> None:
            table.show([_topic_row(page, each["TopicArn"]) for each in answer["Topics"]])

        Live(page, lambda: page.cloud.ask("sns", "ListTopics"), show, in_place=True)


def _topic_row(page: Page, arn: str) -> Row:
    return {
        "arn": arn,
        "name": arn.rpartition(":")[2],
        "name_url": page.url("sns", "topic", arn=arn),
        "type": "FIFO" if arn.endswith(FIFO) else "Standard",
    }


def _create_topic(page: Page) -> None:
    with Form(page, "Create topic") as form:
        kind = form.choice("Type", {"standard": "Standard", "fifo": "FIFO"}, "standard")
        name = form.text("Name")
        shown = form.text(
            "Display name", hint=page.say("The sender's name in mails.", "ชื่อผู้ส่งในอีเมล")
        )

        def calls() -> list[Call]:
            topic = required(name.value, page.say("The topic needs a name.", "ยังไม่ได้ใส่ชื่อ topic"))
            attributes = {"DisplayName": shown.value} if shown.value else {}
            if kind.value == "fifo":
                attributes["FifoTopic"] = "true"
                topic = f"{topic.removesuffix(FIFO)}{FIFO}"
            chosen = {"Attributes": attributes} if attributes else {}
            return [Call("sns", "CreateTopic", {"Name": topic, **chosen})]

        form.makes(calls)


def _delete_topic(page: Page, arn: str) -> None:
    deletion(
        page,
        "Delete topic",
        page.say("Its subscriptions go with it.", "subscription ทั้งหมดจะหายไปด้วย"),
        [Call("sns", "DeleteTopic", {"TopicArn": arn})],
        page.url("sns"),
    )


# --- a topic -----------------------------------------------------------------------------------


def topic(page: Page) -> None:
    """Show a topic: its subscriptions, and a message to all of them."""
    arn = page.query.get("arn", "")
    with page_head(arn.rpartition(":")[2], {"Topics": page.url("sns")}):
        action(page, "Delete topic", lambda: _delete_topic(page, arn))
        action(page, "Edit", lambda: _edit_topic(page, arn))
        action(page, "Publish message", lambda: _publish(page, arn))
        action(page, "Create subscription", lambda: _subscribe(page, arn), main=True)
    _subscriptions(page, arn)
    Live(
        page,
        lambda: page.cloud.ask("sns", "GetTopicAttributes", TopicArn=arn),
        _draw_topic,
        every=10,
    )


def _subscriptions(page: Page, arn: str) -> None:
    chosen: list[Row] = []
    buttons: list[ui.button] = []

    def select(rows: list[Row]) -> None:
        chosen[:] = rows
        confirm, delete = buttons
        one = rows[0] if len(rows) == 1 and not page.read_only else None
        confirm.set_enabled(one is not None and not one["arn"].startswith("arn:"))
        # One that is not confirmed has no ARN to be deleted by (Unsubscribe).
        delete.set_enabled(one is not None and one["arn"].startswith("arn:"))

    def actions() -> None:
        buttons.append(
            action(page, "Request confirmation", lambda: _ask_again(page, arn, chosen[0]))
        )
        buttons.append(action(page, "Delete", lambda: _unsubscribe(page, chosen[0])))
        action(page, "Confirm subscription", lambda: _confirm(page, arn))

    with card("Subscriptions", actions):
        select([])
        table = Table(
            page,
            [
                Column("endpoint", "Endpoint", "link"),
                Column("protocol", "Protocol", minor=True),
                Column("status", "Status", "state"),
            ],
            key="id",
            empty=page.say("Nobody is told yet.", "ยังไม่มีผู้รับ"),
            on_select=select,
        )

        def show(found: list[Answer]) -> None:
            table.show([_subscription_row(page, n, each) for n, each in enumerate(found)])

        Live(page, lambda: _read_subscriptions(page, arn), show, in_place=True)


async def _read_subscriptions(page: Page, arn: str) -> list[Answer]:
    def ask(sns: Any) -> list[Answer]:
        pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
        return [each for answer in pages for each in answer["Subscriptions"]]

    return await page.cloud.use("sns", ask)


def _subscription_row(page: Page, number: int, subscription: Answer) -> Row:
    arn = subscription["SubscriptionArn"]
    confirmed = arn.startswith("arn:")
    row = {
        "id": f"{number} {arn}",
        "arn": arn,
        "endpoint": subscription["Endpoint"],
        "kind": subscription["Protocol"],
        "protocol": PROTOCOLS.get(subscription["Protocol"], subscription["Protocol"]),
        "status": "Confirmed" if confirmed else "Pending confirmation",
        "status_tone": "good" if confirmed else "warned",
    }
    if confirmed:
        row["endpoint_url"] = page.url("sns", "subscription", arn=arn)
    return row


def _draw_topic(answer: Answer) -> None:
    attributes = answer["Attributes"]
    with card("Details"):
        facts(
            {
                "Display name": attributes.get("DisplayName", ""),
                "Type": "FIFO" if attributes["TopicArn"].endswith(FIFO) else "Standard",
                "ARN": attributes["TopicArn"],
            }
        )
        if attributes.get("Policy"):
            with ui.expansion("Access policy").classes("live"):
                preformatted(as_json(attributes["Policy"]), kind="scrolls")


async def _edit_topic(page: Page, arn: str) -> None:
    answer = await page.cloud.ask("sns", "GetTopicAttributes", TopicArn=arn)
    attributes = answer["Attributes"]
    with Form(page, "Edit topic", submit="Save changes", wide=True) as form:
        shown = form.text("Display name", attributes.get("DisplayName", ""))
        policy = form.code(as_json(attributes.get("Policy", "")), "JSON", hint="Access policy")

        def calls() -> list[Call]:
            changed = {}
            if shown.value != attributes.get("DisplayName", ""):
                changed["DisplayName"] = shown.value
            if policy.value != as_json(attributes.get("Policy", "")):
                changed["Policy"] = _as_one_line(page, policy.value)
            if not changed:
                raise IncompleteError(page.say("Nothing is changed yet.", "ยังไม่ได้แก้อะไร"))
            return [
                Call(
                    "sns",
                    "SetTopicAttributes",
                    {"TopicArn": arn, "AttributeName": name, "AttributeValue": value},
                )
                for name, value in changed.items()
            ]

        form.makes(calls)


def _as_one_line(page: Page, text: str | None) -> str:
    """Return JSON as it is sent.

    Raises:
        IncompleteError: It is not JSON.
    """
    try:
        return json.dumps(json.loads(text or ""), ensure_ascii=False)
    except ValueError as error:
        raise IncompleteError(page.say(f"Not JSON: {error}", f"ไม่ใช่ JSON: {error}")) from None


# --- subscribing -------------------------------------------------------------------------------


async def _subscribe(page: Page, arn: str) -> None:
    queues, functions = await _offered(page)
    with Form(page, "Create subscription") as form:
        protocol = form.choice("Protocol", PROTOCOLS, "email")
        endpoint = form.text(
            "Endpoint",
            hint=page.say(
                "An e-mail address, a telephone number or a URL. A mail asks to confirm; it "
                "arrives in the inbox here.",
                "อีเมล เบอร์โทรศัพท์ หรือ URL อีเมลขอให้ยืนยันจะเข้ามาที่ Inbox ที่นี่",
            ),
        )
        queue = form.choice("Queue", queues)
        function = form.choice("Lambda function", functions)
        raw = form.tick("Enable raw message delivery")
        fields = {"sqs": queue, "lambda": function}
        _show_for(protocol, queue, ["sqs"])
        _show_for(protocol, function, ["lambda"])
        _show_for(protocol, endpoint, [each for each in PROTOCOLS if each not in fields])
        _show_for(protocol, raw, ["sqs", "http", "https"])
        with ui.expansion("Subscription filter policy").classes("live"):
            scope = form.choice("Filter policy scope", FILTER_SCOPES, "MessageAttributes")
            policy = form.lines(
                "JSON",
                hint=page.say('For example {"status": ["failed"]}', 'เช่น {"status": ["failed"]}'),
            )
        granted: dict[str, list[Call]] = {}

        async def prepare() -> None:
            field = fields.get(protocol.value)
            if field is not None and field.value and field.value not in granted:
                granted[field.value] = await _grants(page, arn, protocol.value, field.value)
                form.refresh()

        for field in (protocol, queue, function):
            field.on_value_change(prepare)

        def calls() -> list[Call]:
            chosen = fields.get(protocol.value, endpoint).value
            to = required(chosen, page.say("The endpoint is missing.", "ยังไม่ได้ใส่ endpoint"))
            if protocol.value in fields and to not in granted:
                raise IncompleteError(page.say("Looking at its policy.", "กำลังดู policy ของปลายทาง"))
            parameters: dict[str, Any] = {
                "TopicArn": arn,
                "Protocol": protocol.value,
                "Endpoint": to,
                # Else one that is not confirmed has no name to speak of it by (Subscribe).
                "ReturnSubscriptionArn": True,
            }
            attributes = {}
            if (policy.value or "").strip():
                attributes["FilterPolicy"] = _as_one_line(page, policy.value)
                attributes["FilterPolicyScope"] = scope.value
            if raw.value and protocol.value in ("sqs", "http", "https"):
                attributes["RawMessageDelivery"] = "true"
            more = {"Attributes": attributes} if attributes else {}
            return [*granted.get(to, []), Call("sns", "Subscribe", {**parameters, **more})]

        form.makes(calls)


def _show_for(protocol: ui.select, field: ValueElement[Any], kinds: list[str]) -> None:
    field.bind_visibility_from(protocol, "value", backward=lambda kind: kind in kinds)


async def _offered(page: Page) -> tuple[dict[str, str], dict[str, str]]:
    """Return the queues and functions of the account: their names, by ARN."""
    queues = await page.cloud.ask("sqs", "ListQueues")
    functions = await page.cloud.ask("lambda", "ListFunctions")
    names = [url.rpartition("/")[2] for url in queues.get("QueueUrls", [])]
    return (
        {page.cloud.arn("sqs", name): name for name in names},
        {each["FunctionArn"]: each["FunctionName"] for each in functions["Functions"]},
    )


async def _grants(page: Page, topic_arn: str, protocol: str, to: str) -> list[Call]:
    """Return the calls that let a topic reach a queue or function; none where it may already.

    Args:
        page: Where.
        topic_arn: Who sends.
        protocol: `sqs` or `lambda`.
        to: The ARN of the queue or function.
    """
    sid = f"sns-{topic_arn.rpartition(':')[2]}".replace(".", "-")
    policy, url = await _policy_of(page, protocol, to)
    statements = policy.get("Statement", [])
    if any(each.get("Sid") == sid for each in statements):
        return []
    if protocol == "lambda":
        permission = {
            "FunctionName": to.rpartition(":")[2],
            "StatementId": sid,
            "Action": "lambda:InvokeFunction",
            "Principal": "sns.amazonaws.com",
            "SourceArn": topic_arn,
        }
        return [Call("lambda", "AddPermission", permission)]
    added = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": to,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    document = {"Version": "2012-10-17", **policy, "Statement": [*statements, added]}
    parameters = {"QueueUrl": url, "Attributes": {"Policy": json.dumps(document)}}
    return [Call("sqs", "SetQueueAttributes", parameters)]


async def _policy_of(page: Page, protocol: str, to: str) -> tuple[Answer, str]:
    """Return the resource policy of a queue or function, and the URL of a queue."""
    name = to.rpartition(":")[2]
    if protocol == "lambda":
        try:
            answer = await page.cloud.ask("lambda", "GetPolicy", FunctionName=name)
        except RefusedError as error:
            if error.code != "ResourceNotFoundException":
                raise
            return {}, ""
        return json.loads(answer["Policy"]), ""
    url = (await page.cloud.ask("sqs", "GetQueueUrl", QueueName=name))["QueueUrl"]
    answer = await page.cloud.ask(
        "sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=["Policy"]
    )
    return json.loads(answer.get("Attributes", {}).get("Policy") or "{}"), url


def _ask_again(page: Page, topic_arn: str, row: Row) -> None:
    with Form(page, "Request confirmation") as form:
        note(page.say("A new letter goes out.", "ส่งอีเมลขอยืนยันอีกครั้ง"))
        parameters = {"TopicArn": topic_arn, "Protocol": row["kind"], "Endpoint": row["endpoint"]}
        form.makes(lambda: [Call("sns", "Subscribe", parameters)])


def _confirm(page: Page, topic_arn: str) -> None:
    with Form(page, "Confirm subscription") as form:
        given = form.text(
            "Subscription confirmation URL",
            hint=page.say(
                "The link of the letter in the inbox. Opening it there does the same.",
                "ลิงก์ในอีเมลที่ Inbox กดลิงก์ที่นั่นก็ได้ผลเหมือนกัน",
            ),
        )

        def calls() -> list[Call]:
            text = required(given.value, page.say("The link is missing.", "ยังไม่ได้ใส่ลิงก์"))
            token = parse_qs(urlsplit(text).query).get("Token", [text])[0]
            return [Call("sns", "ConfirmSubscription", {"TopicArn": topic_arn, "Token": token})]

        form.makes(calls)


def _unsubscribe(page: Page, row: Row, then: str = "") -> None:
    deletion(
        page,
        "Delete subscription",
        page.say(f"{row['endpoint']} is told no more.", f"จะไม่แจ้ง {row['endpoint']} อีก"),
        [Call("sns", "Unsubscribe", {"SubscriptionArn": row["arn"]})],
        then,
    )


# --- a subscription ----------------------------------------------------------------------------


def subscription(page: Page) -> None:
    """Show a subscription, and which messages it lets through."""
    arn = page.query.get("arn", "")
    topic_arn = arn.rpartition(":")[0]
    topic_page = page.url("sns", "topic", arn=topic_arn)
    crumbs = {"Topics": page.url("sns"), topic_arn.rpartition(":")[2]: topic_page}
    with page_head(f"Subscription: {arn.rpartition(':')[2]}", crumbs):
        row = {"arn": arn, "endpoint": arn.rpartition(":")[2]}
        action(page, "Delete", lambda: _unsubscribe(page, row, topic_page))
        action(page, "Edit", lambda: _edit_subscription(page, arn), main=True)
    Live(
        page,
        lambda: page.cloud.ask("sns", "GetSubscriptionAttributes", SubscriptionArn=arn),
        lambda answer: _draw_subscription(page, answer["Attributes"]),
    )


def _draw_subscription(page: Page, attributes: dict[str, str]) -> None:
    pending = attributes.get("PendingConfirmation") == "true"
    with card("Details"):
        with ui.row():
            state(
                "Pending confirmation" if pending else "Confirmed", "warned" if pending else "good"
            )
        facts(
            {
                "Endpoint": attributes.get("Endpoint", ""),
                "Protocol": PROTOCOLS.get(
                    attributes.get("Protocol", ""), attributes.get("Protocol", "")
                ),
                "Raw message delivery": attributes.get("RawMessageDelivery", "false"),
                "ARN": attributes.get("SubscriptionArn", ""),
            }
        )
    with card("Subscription filter policy"):
        if attributes.get("FilterPolicy", "{}") != "{}":
            scope = attributes.get("FilterPolicyScope", "MessageAttributes")
            note(FILTER_SCOPES.get(scope, scope))
            preformatted(as_json(attributes["FilterPolicy"]))
        else:
            note(page.say("None: it gets every message.", "ไม่มี: ได้รับทุก message"))


async def _edit_subscription(page: Page, arn: str) -> None:
    answer = await page.cloud.ask("sns", "GetSubscriptionAttributes", SubscriptionArn=arn)
    there = answer["Attributes"]
    with Form(page, "Edit subscription", submit="Save changes") as form:
        scope = form.choice(
            "Filter policy scope",
            FILTER_SCOPES,
            there.get("FilterPolicyScope", "MessageAttributes"),
        )
        policy = form.code(
            as_json(there.get("FilterPolicy", "")),
            "JSON",
            hint=page.say("Empty lets every message through.", "เว้นว่างคือรับทุก message"),
        )

        def calls() -> list[Call]:
            wanted = {}
            if scope.value != there.get("FilterPolicyScope", "MessageAttributes"):
                wanted["FilterPolicyScope"] = scope.value
            text = (policy.value or "").strip()
            new = _as_one_line(page, text) if text else "{}"
            if json.loads(new) != json.loads(there.get("FilterPolicy") or "{}"):
                wanted["FilterPolicy"] = new
            if not wanted:
                raise IncompleteError(page.say("Nothing is changed yet.", "ยังไม่ได้แก้อะไร"))
            return [
                Call(
                    "sns",
                    "SetSubscriptionAttributes",
                    {"SubscriptionArn": arn, "AttributeName": name, "AttributeValue": value},
                )
                for name, value in wanted.items()
            ]

        form.makes(calls)


# --- publishing --------------------------------------------------------------------------------


def _publish(page: Page, arn: str) -> None:
    with Form(page, "Publish message") as form:
        subject = form.text(
            "Subject",
            hint=page.say(
                f"Up to {LONGEST_SUBJECT} characters.", f"ไม่เกิน {LONGEST_SUBJECT} ตัวอักษร"
            ),
        )
        body = form.lines("Message body")
        each_its_own = form.tick(
            "Custom payload for each delivery protocol",
            hint=page.say(
                'The body is then JSON: {"default": "...", "email": "...", "sqs": "..."}',
                'body เป็น JSON: {"default": "...", "email": "...", "sqs": "..."}',
            ),
        )
        group = form.text("Message group ID") if arn.endswith(FIFO) else None
        attributes = _AttributeFields(form)
        attributes.draw()

        def calls() -> list[Call]:
            text = required(body.value, page.say("The message is empty.", "message ยังว่าง"))
            parameters: dict[str, Any] = {"TopicArn": arn}
            if subject.value:
                parameters["Subject"] = subject.value
            parameters["Message"] = text
            if each_its_own.value:
                parameters["Message"] = _as_one_line(page, text)
                parameters["MessageStructure"] = "json"
            if group is not None:
                parameters["MessageGroupId"] = required(group.value, "Message group ID")
            if found := attributes.value:
                parameters["MessageAttributes"] = found
            return [Call("sns", "Publish", parameters)]

        form.makes(calls)


class _AttributeFields:
    """Rows of name, type and value."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._rows: list[tuple[ui.input, ui.select, ui.input]] = []

    def draw(self) -> None:
        """Draw the button that adds a row, and the rows above it."""
        note("Message attributes")
        self._place = ui.column().classes("live")
        plain_button("Add attribute", self._add, "add")

    def _add(self) -> None:
        with self._place, ui.row().classes("beside"):
            self._rows.append(
                (
                    self._form.text("Attribute name"),
                    self._form.choice("Attribute type", list(ATTRIBUTE_TYPES), "String"),
                    self._form.text("Attribute value"),
                )
            )

    @property
    def value(self) -> dict[str, dict[str, str]]:
        """The attributes as Publish takes them; rows without a name are left out."""
        return {
            name.value.strip(): {"DataType": kind.value, "StringValue": text.value or ""}
            for name, kind, text in self._rows
            if (name.value or "").strip()
        }


SERVICE = Service(
    "sns",
    "SNS",
    "campaign",
    {"": topics, "topic": topic, "subscription": subscription},
)
