"""Policies, roles and functions, clicked: mistakes are marked, refusals explained, code tried."""

import io
import json
import zipfile
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Page, expect

from console.policies import document, trust_of
from tests.console.clicking import CALLS_MS, Form, button, form, paste
from tests.console.conftest import ACCOUNT, REGION, Console

pytestmark = pytest.mark.console

MARKUP = "<img src=x onerror=\"document.title='hacked'\">{{7*7}}"
CODE = """\
import boto3

from words import WORDS


def lambda_handler(event, context):
    print(WORDS)
    if event.get("list"):
        boto3.client("sqs").list_queues()
    return {"words": WORDS}
"""
LOGS = [
    {
        "Sid": "Logs",
        "Effect": "Allow",
        "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [f"arn:aws:logs:{REGION}:{ACCOUNT}:*"],
    }
]


def client(console: Console, service: str) -> Any:
    return console.localstack.client(service, access_key=ACCOUNT, region=REGION)


def test_what_a_policy_grants_to_nobody_is_marked_before_it_is_sent(
    tab: Page, console: Console
) -> None:
    tab.goto(console.url("iam"))
    button(tab, "Create policy").click()
    opened = Form(tab)
    read = {"Effect": "Allow", "Action": ["s3:HeadObject"], "Resource": ["arn:aws:s3:::b/*"]}
    opened.paste(document([read]))
    # The lab works out which actions exist when it is first asked.
    wrong = opened.place.locator(".wrong", has_text="s3:HeadObject")
    expect(wrong).to_be_visible(timeout=CALLS_MS)
    expect(opened.place.get_by_role("alert").first).to_contain_text("needs s3:GetObject")
    opened.paste("{" + MARKUP)
    expect(opened.place.get_by_role("alert").first).to_contain_text("not JSON")
    assert tab.locator("img[src=x]").count() == 0
    expect(button(opened.place, "Create policy")).to_be_disabled()


def test_a_function_is_written_tried_and_granted_what_it_was_refused(
    tab: Page, console: Console
) -> None:
    """Two files, an answer with markup in it, a refusal, and the statement that ends it."""
    iam = client(console, "iam")
    iam.create_role(
        RoleName="tried-role", AssumeRolePolicyDocument=trust_of("lambda.amazonaws.com")
    )
    iam.put_role_policy(RoleName="tried-role", PolicyName="own", PolicyDocument=document(LOGS))

    tab.goto(console.url("lambda"))
    with form(tab, "Create function") as made:
        made.fill("Function name", "tried")
        made.choose("Execution role", "tried-role")
        made.fill("Environment variables", "A=1=2")
    editor = tab.locator(".code .cm-editor")
    expect(editor).to_contain_text("Hello from Lambda")
    paste(tab, editor, "def broken(:\n")
    expect(tab.get_by_text("Line 1:")).to_be_visible()
    paste(tab, editor, CODE)
    button(tab, "New file").click()
    tab.get_by_label("File name").fill("words.py")
    button(tab, "Create").click()
    expect(editor).not_to_contain_text("lambda_handler")
    paste(tab, editor, f"WORDS = {MARKUP!r}\n")
    button(tab, "Deploy").click()
    expect(tab.get_by_text("Changes not deployed")).to_have_count(0)

    functions = client(console, "lambda")
    found = functions.get_function(FunctionName="tried")
    assert found["Configuration"]["Environment"]["Variables"] == {"A": "1=2"}
    there = urlsplit(found["Code"]["Location"])  # its host is a name that only a DNS server knows
    archive = requests.get(
        f"{console.localstack.endpoint}{there.path}?{there.query}", timeout=30
    ).content
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        assert sorted(zipped.namelist()) == ["lambda_function.py", "words.py"]
        assert zipped.read("lambda_function.py").decode() == CODE

    tab.get_by_role("tab", name="Test", exact=True).click()
    event = tab.locator(".card", has=tab.get_by_label("Event name"))
    paste(tab, event.locator(".cm-editor"), json.dumps({"list": True}))
    event.get_by_label("Event name").fill("refused")
    button(event, "Save").click()
    button(event, "Test").click()
    expect(tab.get_by_text("Failed", exact=True)).to_be_visible()
    expect(tab.locator(".log")).to_contain_text(MARKUP)
    assert tab.locator("img[src=x]").count() == 0
    assert "hacked" not in tab.title()

    tab.goto(console.url("iam/role?role=tried-role"))
    with form(tab, "Allow it", submit="Save changes") as granted:
        expect(granted.command).to_contain_text("sqs:ListQueues")
    tab.goto(console.url("lambda/function?function=tried&tab=Test"))
    event.get_by_label("Test event").click()
    tab.get_by_role("option", name="refused", exact=True).click()
    button(event, "Test").click()
    expect(tab.get_by_text("Succeeded", exact=True)).to_be_visible()
