"""What is clicked is built again in another account by its commands, and by its boto3 calls."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.console.clicking import button, choose, dialog, form
from tests.console.conftest import REGION, Console
from tests.console.replaying import download_commands, held_by, replay
from tests.console.test_clicks import TRUST

pytestmark = pytest.mark.console

CLICKED = "333333333333"
"""An account that no other test of the console touches."""

BUCKET = "replayed-{}"
QUEUE = "replayed-queue"
MESSAGE = "-- it's a message & $(more)"
EMAIL = "student@example.com"
CONTENT = "a,b\n3,4\n"
AGAIN = {"replay.sh": "444444444444", "replay.py": "555555555555"}


def submit(tab: Page, name: str) -> None:
    button(dialog(tab), name).click()
    expect(dialog(tab)).to_have_count(0)


def field(tab: Page, label: str) -> Locator:
    return dialog(tab).get_by_label(label, exact=True)


def client(console: Console, service: str, account: str) -> Any:
    return console.localstack.client(service, access_key=account, region=REGION)


def test_what_is_clicked_is_built_again_by_its_commands(
    tab: Page, console: Console, tmp_path: Path
) -> None:
    for account in (CLICKED, *AGAIN.values()):
        client(console, "iam", account).create_role(
            RoleName="replayed-role", AssumeRolePolicyDocument=json.dumps(TRUST)
        )
    click_a_bucket(tab, console)
    click_queues(tab, console)
    click_a_topic(tab, console)
    click_an_execution(tab, console)
    folder = download_commands(tab, tmp_path / "archive")
    expected = held_by(console, CLICKED)
    assert expected["topics"]
    for kind, account in AGAIN.items():
        replay(folder, console.localstack.endpoint, account, kind)
        assert held_by(console, account) == expected, kind
        what_no_definition_tells_is_there(console, account)


def click_a_bucket(tab: Page, console: Console) -> None:
    tab.goto(console.url("s3", CLICKED))
    button(tab, "Create bucket").click()
    field(tab, "Bucket name").fill(BUCKET.format(CLICKED))
    submit(tab, "Create bucket")
    tab.get_by_role("link", name=BUCKET.format(CLICKED)).click()
    for content in ("a,b\n1,2\n", CONTENT):  # one name, two contents
        with form(tab, "Upload") as opened:
            opened.drop("it is $HOME ยอดขาย.csv", content.encode())


def click_queues(tab: Page, console: Console) -> None:
    tab.goto(console.url("sqs", CLICKED))
    for name in ("replayed-dlq", QUEUE):
        button(tab, "Create queue").click()
        field(tab, "Name").fill(name)
        if name == QUEUE:
            choose(tab, "Dead-letter queue", "replayed-dlq")
        submit(tab, "Create queue")
    tab.get_by_role("link", name=QUEUE).click()
    button(tab, "Send message").click()
    field(tab, "Message body").fill(MESSAGE)
    submit(tab, "Send message")


def click_a_topic(tab: Page, console: Console) -> None:
    tab.goto(console.url("sns", CLICKED))
    button(tab, "Create topic").click()
    field(tab, "Name").fill("replayed-topic")
    submit(tab, "Create topic")
    tab.get_by_role("link", name="replayed-topic").click()
    button(tab, "Create subscription").click()
    field(tab, "Endpoint").fill(EMAIL)
    submit(tab, "Create subscription")


def click_an_execution(tab: Page, console: Console) -> None:
    tab.goto(console.url("states", CLICKED))
    button(tab, "Create state machine").click()
    field(tab, "State machine name").fill("replayed-machine")
    choose(tab, "Execution role", "replayed-role")
    submit(tab, "Create state machine")
    tab.get_by_role("link", name="replayed-machine").click()
    button(tab, "Start execution").click()
    button(dialog(tab), "Start execution").click()
    expect(tab).to_have_url(re.compile("states/execution"))


def what_no_definition_tells_is_there(console: Console, account: str) -> None:
    """A message, the content of an object, an execution."""
    sqs = client(console, "sqs", account)
    (message,) = sqs.receive_message(QueueUrl=sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"])[
        "Messages"
    ]
    assert message["Body"] == MESSAGE
    s3, bucket = client(console, "s3", account), BUCKET.format(account)
    (listed,) = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert s3.get_object(Bucket=bucket, Key=listed["Key"])["Body"].read() == CONTENT.encode()
    sns = client(console, "sns", account)
    (told,) = sns.list_subscriptions()["Subscriptions"]
    assert told["Endpoint"] == EMAIL
    states = client(console, "stepfunctions", account)
    (machine,) = states.list_state_machines()["stateMachines"]
    assert states.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
