"""SNS and the inbox in real Chromium: who is told, of what, and how it is read."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from provision.waiting import wait_until
from tests.console.clicking import button, form
from tests.console.conftest import ACCOUNT, REGION, Console

pytestmark = pytest.mark.console

MARKUP = "<img src=x onerror=\"document.title='hacked'\">{{7*7}}"


def client(console: Console, service: str) -> Any:
    return console.localstack.client(service, access_key=ACCOUNT, region=REGION)


def test_a_subscription_is_confirmed_by_the_link_in_its_letter(tab: Page, console: Console) -> None:
    tab.goto(console.url("sns"))
    with form(tab, "Create topic") as made:
        made.fill("Name", "clicked-topic")
        made.fill("Display name", "CSV Pipeline")
    tab.get_by_role("link", name="clicked-topic").click()
    with form(tab, "Create subscription") as made:
        made.fill("Endpoint", "student@example.com")
    expect(tab.get_by_text("Pending confirmation")).to_be_visible()
    topic_page = tab.url

    tab.goto(console.url("inbox"))
    letter = tab.get_by_role("button", name=re.compile("Subscription Confirmation")).first
    expect(letter).to_have_class(re.compile("mail-unread"))
    letter.click()
    expect(letter).not_to_have_class(re.compile("mail-unread"))
    expect(tab.get_by_role("article")).to_contain_text("CSV Pipeline <no-reply@sns")
    with tab.context.expect_page() as opened:
        tab.get_by_role("link", name=re.compile("sns.confirmation")).click()
    opened.value.close()
    tab.goto(topic_page)
    expect(tab.get_by_text("Confirmed", exact=True)).to_be_visible()

    with form(tab, "Publish message") as message:
        message.fill("Subject", "A <b>subject</b>")
        message.fill("Message body", MARKUP)
    tab.goto(console.url("inbox"))
    tab.locator(".mail-item").filter(has_text="A <b>subject</b>").click()
    expect(tab.get_by_role("article").get_by_text(MARKUP)).to_be_visible()
    assert tab.locator("img[src=x], article b, .letter b").count() == 0
    assert "hacked" not in tab.title()


def test_a_queue_is_subscribed_with_its_policy_and_gets_what_its_filter_lets_through(
    tab: Page, console: Console
) -> None:
    sns, sqs = client(console, "sns"), client(console, "sqs")
    topic = sns.create_topic(Name="filtered-topic")["TopicArn"]
    url = sqs.create_queue(QueueName="filtered-queue")["QueueUrl"]
    tab.goto(console.url(f"sns/topic?arn={topic}"))
    with form(tab, "Create subscription") as made:
        made.choose("Protocol", "Amazon SQS")
        made.choose("Queue", "filtered-queue")
        made.place.get_by_text("Subscription filter policy").click()
        made.fill("JSON", '{"status": ["failed"]}')
        expect(made.command).to_contain_text("aws sqs set-queue-attributes")
        expect(made.command).to_contain_text("FilterPolicy")
    expect(tab.get_by_text("Confirmed", exact=True)).to_be_visible()
    for status in ("success", "failed"):
        with form(tab, "Publish message") as message:
            message.fill("Message body", f"it was a {status}")
            button(message.place, "Add attribute").click()
            message.fill("Attribute name", "status")
            message.fill("Attribute value", status)

    def received() -> list[str]:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        return [json.loads(each["Body"])["Message"] for each in answer.get("Messages", [])]

    assert wait_until("the message", received, within=20) == ["it was a failed"]
    policy = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]
    (statement,) = json.loads(policy["Policy"])["Statement"]
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": topic}}

    tab.get_by_role("link", name=re.compile("filtered-queue")).click()
    with form(tab, "Edit", "Save changes") as changed:
        changed.paste("")
    expect(tab.get_by_text("None: it gets every message.")).to_be_visible()
