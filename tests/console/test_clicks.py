"""The console in real Chromium: what is clicked is made, and what is shown is text."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from lab.launch.ports import free_port
from tests.console.clicking import button, choose, dialog
from tests.console.conftest import ACCOUNT, REGION, Console, start_console
from tests.console.hostile import MARKUP
from tests.engine.browser import web_site

pytestmark = pytest.mark.console


def client(console: Console, service: str) -> Any:
    return console.localstack.client(service, access_key=ACCOUNT, region=REGION)


def command_of(tab: Page) -> Locator:
    """What a form shows as what it will do."""
    return dialog(tab).locator(".command")


def nothing_of_it_ran(tab: Page) -> None:
    """A hostile text is there as it was written, and no element came of it."""
    expect(tab.get_by_text(MARKUP).first).to_be_visible()
    assert tab.locator("img[src=x]").count() == 0
    assert "hacked" not in tab.title()


def test_a_bucket_a_folder_and_a_hostile_file_are_made_and_looked_at(
    tab: Page, console: Console, tmp_path: Path
) -> None:
    bucket = "clicked-bucket"
    tab.goto(console.url("s3"))
    button(tab, "Create bucket").click()
    dialog(tab).get_by_label("Bucket name").fill(bucket)
    expect(command_of(tab)).to_contain_text(f"--bucket {bucket}")
    button(dialog(tab), "boto3").click()
    expect(command_of(tab)).to_contain_text('boto3.client("s3").create_bucket')
    button(dialog(tab), "Create bucket").click()
    tab.get_by_role("link", name=bucket).click()

    button(tab, "Create folder").click()
    dialog(tab).get_by_label("Folder name").fill("uploads")
    button(dialog(tab), "Create folder").click()
    tab.get_by_role("link", name="uploads/").click()
    expect(tab).to_have_url(re.compile("prefix=uploads"))

    name = "ยอดขาย <b>1&2.csv"
    file = tmp_path / name
    file.write_text(
        f'order_id,customer_name\n1,"{MARKUP.replace(chr(34), chr(34) * 2)}"\n', "utf-8"
    )
    button(tab, "Upload").click()
    dialog(tab).locator("input[type=file]").set_input_files(file)
    expect(command_of(tab)).to_contain_text("put-object")
    button(dialog(tab), "Upload").click()
    tab.get_by_role("link", name=name).click()
    nothing_of_it_ran(tab)

    key = f"uploads/{name}"
    s3 = client(console, "s3")
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == file.read_bytes()
    with tab.expect_download() as download:
        button(tab, "Download").click()
    assert Path(download.value.path()).read_bytes() == file.read_bytes()


def test_a_queue_with_a_dead_letter_queue_takes_a_message_and_shows_it_without_losing_it(
    tab: Page, console: Console
) -> None:
    sqs = client(console, "sqs")
    sqs.create_queue(QueueName="clicked-dlq")
    tab.goto(console.url("sqs"))
    button(tab, "Create queue").click()
    dialog(tab).get_by_label("Name", exact=True).fill("clicked-queue")
    choose(tab, "Dead-letter queue", "clicked-dlq")
    dialog(tab).get_by_label("Maximum receives").fill("3")
    expect(command_of(tab)).to_contain_text("maxReceiveCount")
    button(dialog(tab), "Create queue").click()
    tab.get_by_role("link", name="clicked-queue").click()

    button(tab, "Send message").click()
    dialog(tab).get_by_label("Message body").fill(MARKUP)
    button(dialog(tab), "Send message").click()
    expect(dialog(tab)).to_have_count(0)
    button(tab, "Poll for messages").click()
    nothing_of_it_ran(tab)
    expect(tab.get_by_text(re.compile("back in \\d+ s"))).to_be_visible()

    url = sqs.get_queue_url(QueueName="clicked-queue")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert json.loads(attributes["RedrivePolicy"])["maxReceiveCount"] == 3
    assert attributes["ApproximateNumberOfMessagesNotVisible"] == "1"


DEFINITION = {
    "StartAt": "Both",
    "States": {
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Left", "States": {"Left": {"Type": "Pass", "End": True}}},
                {"StartAt": MARKUP[:60], "States": {MARKUP[:60]: {"Type": "Pass", "End": True}}},
            ],
            "ResultPath": None,
            "Next": "Check",
        },
        "Check": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.wait", "BooleanEquals": True, "Next": "Hold"}],
            "Default": "Refuse",
        },
        "Hold": {"Type": "Wait", "Seconds": 60, "End": True},
        "Refuse": {"Type": "Fail", "Error": "Refused", "Cause": MARKUP},
    },
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def test_a_state_machine_is_drawn_and_an_execution_is_followed_in_its_colours(
    tab: Page, console: Console
) -> None:
    role = client(console, "iam").create_role(
        RoleName="clicked-role", AssumeRolePolicyDocument=json.dumps(TRUST)
    )["Role"]["Arn"]
    states = client(console, "stepfunctions")
    tab.goto(console.url("states"))
    button(tab, "Create state machine").click()
    expect(dialog(tab).locator("svg").get_by_text("HelloWorld")).to_be_visible()
    button(dialog(tab), "Close").click()
    machine = states.create_state_machine(
        name="clicked-machine", definition=json.dumps(DEFINITION), roleArn=role
    )["stateMachineArn"]

    tab.get_by_role("link", name="clicked-machine").click()
    button(tab, "Start execution").click()
    expect(command_of(tab)).to_contain_text("aws stepfunctions start-execution")
    button(dialog(tab), "Start execution").click()
    tab.wait_for_url(re.compile("states/execution"))
    expect(tab.get_by_text("FAILED", exact=True)).to_be_visible()
    expect(tab.locator("g.node.failed").get_by_text("Refuse")).to_be_visible()
    expect(tab.locator("g.node.succeeded").get_by_text("Check")).to_be_visible()
    expect(tab.locator("g.node.waiting").get_by_text("Hold")).to_be_visible()
    nothing_of_it_ran(tab)
    tab.locator("g.node").get_by_text("Left").click()
    expect(tab.locator(".card .heading", has_text="Left")).to_be_visible()
    (found,) = states.list_executions(stateMachineArn=machine)["executions"]
    assert found["status"] == "FAILED"


def test_what_was_clicked_is_listed_as_commands(tab: Page, console: Console) -> None:
    tab.goto(console.url("sqs"))
    button(tab, "Create queue").click()
    dialog(tab).get_by_label("Name", exact=True).fill("listed-queue")
    button(dialog(tab), "Create queue").click()
    expect(dialog(tab)).to_have_count(0)
    button(tab, "Commands").click()
    expect(tab.locator(".panel")).to_contain_text("--queue-name listed-queue")


def test_what_aws_refuses_is_one_sentence_and_the_form_stays(tab: Page, console: Console) -> None:
    tab.goto(console.url("s3"))
    button(tab, "Create bucket").click()
    dialog(tab).get_by_label("Bucket name").fill("Not_A_Bucket")
    button(dialog(tab), "Create bucket").click()
    expect(dialog(tab).get_by_role("alert")).to_contain_text("InvalidBucketName")


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_the_screen(
    tab: Page, console: Console, width: int, language: str
) -> None:
    tab.context.add_cookies(
        [{"name": "console_language", "value": language, "url": console.address}]
    )
    tab.set_viewport_size({"width": width, "height": 844})
    for path in ("s3", "sqs", "states", "sns", "inbox"):
        tab.goto(console.url(path))
        expect(tab.get_by_role("heading", level=1)).to_be_visible()
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, path


TRY_TO_GET_IN = """async (address) => {
  const answer = (ask) => ask().then((it) => it.status, () => "refused");
  const opened = (socket) => new Promise((done) => {
    socket.onopen = () => done("open");
    socket.onerror = () => done("refused");
  });
  const engine = "/_nicegui_ws/socket.io/?EIO=4&transport=";
  return [
    await answer(() => fetch(address + "/style.css")),
    await answer(() => fetch(address + engine + "polling", {method: "POST", body: "40"})),
    await opened(new WebSocket(address.replace("http", "ws") + engine + "websocket")),
  ];
}"""


def test_a_foreign_web_page_can_neither_read_nor_connect(
    browser: Browser, console: Console
) -> None:
    port = free_port()
    with web_site(port, {"/foreign": "<p>foreign</p>"}), browser.new_context() as context:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}/foreign")
        assert page.evaluate(TRY_TO_GET_IN, console.address) == ["refused"] * 3
        page.goto(console.url("s3"))
        reads, _, connects = page.evaluate(TRY_TO_GET_IN, console.address)
        assert (reads, connects) == (200, "open")


def test_a_console_that_may_only_look_says_so_and_offers_no_change(
    browser: Browser, console: Console, tmp_path: Path
) -> None:
    looking = start_console(console.localstack, tmp_path, "--read-only")
    with looking as other, browser.new_context(locale="en-US") as context:
        page = context.new_page()
        page.goto(other.url("s3"))
        expect(page.get_by_text("Read-only")).to_be_visible()
        expect(button(page, "Create bucket")).to_be_disabled()
