"""What is there already is changed in the console, and lists that are long are read in parts."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.console.clicking import button, form
from tests.console.conftest import REGION, Console

pytestmark = pytest.mark.console

CHANGING = "888888888888"
"""An account that no other test of the console touches."""

MANY = 130
"""More objects than the first answer brings."""


def client(console: Console, service: str) -> Any:
    return console.localstack.client(service, access_key=CHANGING, region=REGION)


def make_bucket(console: Console, name: str) -> Any:
    s3 = client(console, "s3")
    where = {"LocationConstraint": REGION}
    s3.create_bucket(Bucket=name, CreateBucketConfiguration=where)
    return s3


def tick_row(tab: Page, text: str) -> None:
    """Choose a row of a list."""
    tab.get_by_role("row").filter(has_text=text).get_by_role("checkbox").click()


def test_a_lifecycle_rule_is_edited_and_what_the_form_does_not_show_stays(
    tab: Page, console: Console
) -> None:
    s3 = make_bucket(console, "changing-lifecycle")
    kept = {"NoncurrentVersionExpiration": {"NoncurrentDays": 7}}
    rules = [
        {"ID": name, "Status": "Enabled", "Filter": {"Prefix": prefix}, "Expiration": {"Days": 30}}
        for name, prefix in (("failed", "failed/"), ("other", "other/"))
    ]
    rules[0] |= kept
    s3.put_bucket_lifecycle_configuration(
        Bucket="changing-lifecycle", LifecycleConfiguration={"Rules": rules}
    )
    tab.goto(console.url("s3/bucket?bucket=changing-lifecycle", CHANGING))
    tick_row(tab, "failed/")
    card = tab.locator(".card").filter(has=tab.get_by_role("heading", name="Lifecycle rules"))
    button(card, "Edit").click()
    dialog = tab.get_by_role("dialog")
    dialog.get_by_label("Expire current versions after").fill("3")
    expect(dialog.locator(".command")).to_contain_text('"Days": 3')
    button(dialog, "Save").click()
    expect(tab.get_by_role("row").filter(has_text="failed/")).to_contain_text("3 days")
    found = s3.get_bucket_lifecycle_configuration(Bucket="changing-lifecycle")["Rules"]
    changed = {rule["ID"]: rule for rule in found}
    assert changed["failed"]["Expiration"] == {"Days": 3}
    assert changed["failed"].items() >= kept.items()
    assert changed["other"]["Expiration"] == {"Days": 30}


def test_a_version_of_an_object_is_deleted_and_the_one_before_is_back(
    tab: Page, console: Console
) -> None:
    s3 = make_bucket(console, "changing-versions")
    tab.goto(console.url("s3/bucket?bucket=changing-versions", CHANGING))
    card = tab.locator(".card").filter(has=tab.get_by_role("heading", name="Bucket Versioning"))
    expect(card).to_contain_text("Disabled")
    button(card, "Edit").click()
    dialog = tab.get_by_role("dialog")
    dialog.get_by_role("checkbox", name="Enable").click()
    button(dialog, "Save changes").click()
    expect(card).to_contain_text("Enabled")
    for content in (b"first", b"second"):
        s3.put_object(Bucket="changing-versions", Key="a.csv", Body=content)
    tab.goto(console.url("s3/object?bucket=changing-versions&key=a.csv", CHANGING))
    versions = tab.locator(".card").filter(has=tab.get_by_role("heading", name="Versions"))
    expect(button(versions, "Delete")).to_have_count(2)
    button(versions, "Delete").first.click()  # the current one
    expect(dialog.locator(".command")).to_contain_text("--version-id")
    button(dialog, "Permanently delete").click()
    expect(button(versions, "Delete")).to_have_count(1)
    assert s3.get_object(Bucket="changing-versions", Key="a.csv")["Body"].read() == b"first"


def test_editing_a_queue_sends_what_is_changed_and_nothing_else(
    tab: Page, console: Console
) -> None:
    sqs = client(console, "sqs")
    attributes = {"VisibilityTimeout": "70", "DelaySeconds": "5"}
    url = sqs.create_queue(QueueName="changing", Attributes=attributes)["QueueUrl"]
    tab.goto(console.url("sqs/queue?queue=changing", CHANGING))
    with form(tab, "Edit", "Save") as opened:
        expect(opened.command).to_contain_text("Nothing is changed yet.")
        opened.fill("Visibility timeout", 12)
        expect(opened.command).to_contain_text("VisibilityTimeout")
        expect(opened.command).not_to_contain_text("DelaySeconds")
    expect(tab.locator(".facts")).to_contain_text("12.0 s")
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert found.items() >= {"VisibilityTimeout": "12", "DelaySeconds": "5"}.items()


def test_a_long_list_begins_with_a_part_and_brings_the_rest_when_asked(
    tab: Page, console: Console
) -> None:
    s3 = make_bucket(console, "changing-many")
    for number in range(MANY):
        s3.put_object(Bucket="changing-many", Key=f"{number:04}.csv", Body=b"1")
    tab.goto(console.url("s3/bucket?bucket=changing-many", CHANGING))
    expect(tab.get_by_text("100+ objects")).to_be_visible()
    button(tab, "Load more").click()
    expect(tab.get_by_text(f"{MANY} objects")).to_be_visible()
    expect(button(tab, "Load more")).not_to_be_visible()
    # What is new pushes none of the others out.
    s3.put_object(Bucket="changing-many", Key="0000-new.csv", Body=b"1")
    expect(tab.get_by_role("link", name="0000-new.csv")).to_be_visible()
    expect(tab.get_by_text(re.compile(f"^{MANY + 1} objects"))).to_be_visible()


HIDE = """(state) => {
  Object.defineProperty(document, "visibilityState", {value: state, configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""
A_FEW_POLLS_MS = 5_000


def test_a_tab_that_is_hidden_asks_for_nothing_and_is_up_to_date_once_it_is_seen(
    tab: Page, console: Console
) -> None:
    s3 = make_bucket(console, "changing-hidden")
    tab.goto(console.url("s3", CHANGING))
    expect(tab.get_by_role("link", name="changing-hidden")).to_be_visible()
    tab.evaluate(HIDE, "hidden")
    tab.wait_for_timeout(A_FEW_POLLS_MS)  # a question that was under way when it was hidden
    where = {"LocationConstraint": REGION}
    s3.create_bucket(Bucket="changing-meanwhile", CreateBucketConfiguration=where)
    tab.wait_for_timeout(A_FEW_POLLS_MS)
    assert tab.get_by_role("link", name="changing-meanwhile").count() == 0
    tab.evaluate(HIDE, "visible")
    expect(tab.get_by_role("link", name="changing-meanwhile")).to_be_visible()
