"""What is around every page: navigation, accounts, language, darkness, the panel, the keyboard."""

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.clicking import button, dialog
from tests.console.conftest import ACCOUNT, Console, start_console
from tests.console.hostile import MARKUP
from tests.console.test_clicks import TRUST, client

pytestmark = pytest.mark.console

OTHER = "777777777777"


def test_the_frame_stays_while_pages_change_and_the_back_button_works(
    tab: Page, console: Console
) -> None:
    tab.goto(console.url("s3"))
    expect(tab.get_by_role("heading", level=1, name="Buckets")).to_be_visible()
    tab.evaluate("window.sameFrame = true")
    tab.get_by_role("link", name="SQS").click()
    expect(tab.get_by_role("heading", level=1, name="Queues")).to_be_visible()
    expect(tab).to_have_url(console.url("sqs"))
    expect(tab).to_have_title("SQS · Console")
    expect(tab.get_by_role("link", name="SQS")).to_have_attribute("aria-current", "page")
    tab.go_back()
    expect(tab.get_by_role("heading", level=1, name="Buckets")).to_be_visible()
    assert tab.evaluate("window.sameFrame") is True


def test_another_account_is_one_of_this_lab_or_any_that_is_typed(
    tab: Page, console: Console
) -> None:
    client(console, "sqs").create_queue(QueueName="of-one-account")
    tab.goto(console.url("sqs"))
    expect(tab.get_by_role("link", name="of-one-account")).to_be_visible()
    button(tab, f"Account {ACCOUNT}").click()
    tab.get_by_label("Other account").fill("12")
    tab.get_by_label("Other account").press("Enter")
    expect(tab.get_by_text("An account has twelve digits.")).to_be_visible()
    tab.get_by_label("Other account").fill(OTHER)
    tab.get_by_label("Other account").press("Enter")
    expect(tab).to_have_url(console.url("sqs", OTHER))
    expect(tab.get_by_text("No queues yet.")).to_be_visible()
    button(tab, f"Account {OTHER}").click()
    tab.get_by_role("menuitem").filter(has_text=ACCOUNT).click()
    expect(tab.get_by_role("link", name="of-one-account")).to_be_visible()


def test_language_and_darkness_are_kept(tab: Page, console: Console) -> None:
    tab.goto(console.url("sqs", OTHER))
    button(tab, "Language").click()
    expect(tab.get_by_text("ยังไม่มี queue")).to_be_visible()
    button(tab, "มืด").click()
    expect(tab.locator("body.body--dark")).to_be_visible()
    tab.goto(console.url("sns", OTHER))
    expect(tab.get_by_text("ยังไม่มี topic")).to_be_visible()
    expect(tab.locator("body.body--dark")).to_be_visible()


def test_a_queue_is_made_with_the_keyboard_alone(tab: Page, console: Console) -> None:
    tab.goto(console.url("sqs"))
    expect(button(tab, "Create queue")).to_be_visible()
    press_until(tab, "Create queue")
    tab.keyboard.press("Enter")
    expect(dialog(tab)).to_be_visible()
    tab.get_by_label("Name", exact=True).focus()
    tab.keyboard.type("typed-queue")
    press_until(tab, "Create queue")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("link", name="typed-queue")).to_be_visible()


def press_until(tab: Page, name: str) -> None:
    """Press Tab until the button with this name has the focus."""
    for _ in range(60):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.innerText.trim()") == name:
            return
    raise AssertionError(f"Tab never reaches {name!r}")


def test_a_list_of_a_lab_that_was_never_reached_does_not_say_that_it_is_empty(
    browser: Browser, console: Console, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("unreached")
    nowhere = start_console(console.localstack, folder, endpoint="http://127.0.0.1:9")
    with nowhere as other, browser.new_context(locale="en-US") as context:
        page = context.new_page()
        page.goto(other.url("s3"))
        expect(page.get_by_role("alert").first).to_contain_text("Nothing answers")
        assert page.get_by_text("No buckets yet.").count() == 0


def test_what_an_arrow_says_is_shown_as_it_is_and_a_large_graph_can_be_read(
    tab: Page, console: Console
) -> None:
    names = [f"State number {number} of a large workflow" for number in range(14)]
    rules = [
        {"Variable": f"$.file_{n}", "StringEquals": MARKUP[:20], "Next": name}
        for n, name in enumerate(names)
    ]
    states: dict[str, object] = {"Check": {"Type": "Choice", "Choices": rules, "Default": names[0]}}
    states |= {name: {"Type": "Pass", "End": True} for name in names}
    role = client(console, "iam").create_role(
        RoleName="large-role", AssumeRolePolicyDocument=json.dumps(TRUST)
    )["Role"]["Arn"]
    machine = client(console, "stepfunctions").create_state_machine(
        name="large-machine",
        definition=json.dumps({"StartAt": "Check", "States": states}),
        roleArn=role,
    )["stateMachineArn"]
    tab.goto(console.url(f"states/machine?arn={machine}"))
    picture = tab.locator(".graph svg")
    expect(picture.get_by_text("$.file_0").first).to_be_visible()
    shown = picture.text_content() or ""
    assert "&#" not in shown
    assert "#lt" not in shown
    assert tab.locator("img[src=x]").count() == 0
    letters = picture.locator("g.node").filter(has_text=names[0]).locator("g.label")
    height = letters.bounding_box()
    assert height is not None
    assert height["height"] >= 9
    button(tab, "Zoom in").click()
    larger = letters.bounding_box()
    assert larger is not None
    assert larger["height"] > height["height"]


def test_a_page_reports_no_failure_of_its_own(tab: Page, console: Console) -> None:
    for path in ("s3", "sqs", "states", "sns", "inbox", "lab", "course"):
        tab.goto(console.url(path))
        expect(tab.get_by_role("heading", level=1)).to_be_visible()
        tab.wait_for_timeout(1500)  # what waits a second for the browser has failed by then
        assert tab.get_by_text("The console itself failed").count() == 0, path
