"""The page of the lab itself: faults on demand, the clock, and the lab's own commands."""

import urllib.request

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.clicking import button, dialog
from tests.console.conftest import ACCOUNT, Console, start_console
from tests.console.test_clicks import client, command_of

pytestmark = pytest.mark.console


def page_of_the_lab(console: Console, path: str) -> str:
    address = f"{console.localstack.endpoint}{path}?account={ACCOUNT}"
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - the lab
        return str(answer.read().decode())


def test_a_fault_is_switched_on_listed_and_switched_off(tab: Page, console: Console) -> None:
    tab.goto(console.url("lab"))
    expect(tab.get_by_text("Nothing is faulty.")).to_be_visible()
    button(tab, "Switch on").click()
    expect(command_of(tab)).to_contain_text("scripts/lab chaos on throttle s3 --calls 3")
    button(dialog(tab), "Switch on").click()
    expect(tab.get_by_role("cell", name="throttle s3")).to_be_visible()
    assert '"target": "s3"' in page_of_the_lab(console, "/_lab/faults")
    button(tab, "Switch all off").click()
    button(dialog(tab), "Switch all off").click()
    expect(tab.get_by_text("Nothing is faulty.")).to_be_visible()


def test_the_clock_that_is_pushed_deletes_what_is_then_too_old(tab: Page, console: Console) -> None:
    s3, bucket = client(console, "s3"), "clicked-lifecycle"
    s3.create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"}
    )
    rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    s3.put_object(Bucket=bucket, Key="old.csv", Body=b"1")
    tab.goto(console.url("lab"))
    button(tab, "Push forward").click()
    expect(command_of(tab)).to_contain_text("scripts/lab clock +31d")
    button(dialog(tab), "Push forward").click()
    expect(tab.get_by_text("31 days ahead")).to_be_visible()
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_what_a_command_of_the_lab_says_is_shown(tab: Page, console: Console) -> None:
    tab.goto(console.url("lab"))
    doctor = tab.locator(".card").filter(has=tab.get_by_role("heading", name="Doctor"))
    button(doctor, "Run").click()
    expect(doctor.locator(".scrolls")).to_contain_text("Python", timeout=60_000)


def test_a_console_that_no_lab_started_names_the_command_and_has_no_course(
    browser: Browser, console: Console, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("alone")
    with (
        start_console(console.localstack, folder) as other,
        browser.new_context(locale="en-US") as context,
    ):
        page = context.new_page()
        page.goto(other.url("lab"))
        expect(page.get_by_text("scripts/lab verify")).to_be_visible()
        assert page.get_by_role("link", name="Course").count() == 0
        page.goto(other.url("course"))
        expect(page).not_to_have_url(other.url("course"))
