"""A lab that is slow, hangs, is stopped or comes back: the pages stay, say so, and go on."""

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lab.launch.ports import free_port
from lab.running import RunningLab
from tests.console.conftest import ACCOUNT, REGION, Console, start_console
from tests.console.wire import Wire
from tests.engine.conftest import LocalStack, start_localstack

pytestmark = pytest.mark.console

GONE = ".gone-bar"
PATIENCE_MS = 40_000
AT_ONCE_MS = 3_000


def create_bucket(localstack: RunningLab, name: str) -> None:
    localstack.client("s3", access_key=ACCOUNT, region=REGION).create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}
    )


@pytest.fixture
def wire(localstack: LocalStack) -> Wire:
    return Wire(localstack.port, free_port())


@pytest.fixture
def behind_the_wire(localstack: LocalStack, wire: Wire, tmp_path: Path) -> Iterator[Console]:
    """A console whose way to the lab is in the test's hands."""
    with start_console(localstack, tmp_path, "--endpoint", wire.endpoint) as console:
        yield console


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(locale="en-US") as context:
        yield context.new_page()


def test_a_lab_that_is_stopped_and_started_is_told_and_the_page_goes_on(
    page: Page, behind_the_wire: Console, wire: Wire
) -> None:
    create_bucket(behind_the_wire.localstack, "before-the-stop")
    with wire.connected():
        page.goto(behind_the_wire.url("s3"))
        expect(page.get_by_role("link", name="before-the-stop")).to_be_visible()
    expect(page.locator(GONE)).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("link", name="before-the-stop")).to_be_visible()
    create_bucket(behind_the_wire.localstack, "after-the-start")
    with wire.connected():
        expect(page.get_by_text("The lab answers again.")).to_be_visible(timeout=PATIENCE_MS)
        expect(page.locator(GONE)).not_to_be_visible()
        expect(page.get_by_role("link", name="after-the-start")).to_be_visible()


def test_a_lab_that_was_reset_shows_its_empty_cloud(
    page: Page, behind_the_wire: Console, wire: Wire, tmp_path_factory: pytest.TempPathFactory
) -> None:
    create_bucket(behind_the_wire.localstack, "before-the-reset")
    with wire.connected():
        page.goto(behind_the_wire.url("s3"))
        expect(page.get_by_role("link", name="before-the-reset")).to_be_visible()
    expect(page.locator(GONE)).to_be_visible(timeout=PATIENCE_MS)
    with start_localstack(tmp_path_factory.mktemp("reset")) as another:
        another.client("s3").list_buckets()  # its first answer takes a while
        wire.target = another.port
        with wire.connected():
            expect(page.get_by_text("No buckets yet.")).to_be_visible(timeout=PATIENCE_MS)
            expect(page.locator(GONE)).not_to_be_visible()
            page.get_by_role("button", name="Create bucket").click()
            page.get_by_role("dialog").get_by_label("Bucket name").fill("after-the-reset")
            page.get_by_role("dialog").get_by_role("button", name="Create bucket").click()
            expect(page.get_by_role("link", name="after-the-reset")).to_be_visible()


def test_a_page_that_is_opened_while_nobody_answers_says_so_in_one_sentence(
    page: Page, behind_the_wire: Console, wire: Wire
) -> None:
    page.goto(behind_the_wire.url("s3"))  # the way is not connected
    said = page.locator(".complaint:visible").first
    expect(said).to_contain_text(f"Nothing answers at {wire.endpoint}")
    expect(said).to_contain_text("scripts/lab up")
    with wire.connected():
        expect(page.locator(".complaint:visible")).to_have_count(0, timeout=PATIENCE_MS)


def test_a_slow_answer_holds_up_neither_its_own_page_nor_another(
    page: Page, behind_the_wire: Console, wire: Wire, browser: Browser
) -> None:
    wire.delay_seconds = 8.0
    with wire.connected(), contextlib.ExitStack() as stack:
        page.goto(behind_the_wire.url("s3"))
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=AT_ONCE_MS)
        page.get_by_role("button", name="Create bucket").click()
        name = page.get_by_role("dialog").get_by_label("Bucket name")
        name.fill("typed-meanwhile", timeout=AT_ONCE_MS)
        expect(page.get_by_role("dialog").locator(".command")).to_contain_text(
            "typed-meanwhile", timeout=AT_ONCE_MS
        )
        other = stack.enter_context(browser.new_context(locale="en-US")).new_page()
        other.goto(behind_the_wire.url("sqs"))
        expect(other.get_by_role("heading", level=1)).to_be_visible(timeout=AT_ONCE_MS)


def test_a_lab_that_hangs_is_one_sentence_and_its_return_is_noticed(
    tab: Page, console: Console, localstack: LocalStack
) -> None:
    create_bucket(console.localstack, "still-here")
    tab.goto(console.url("s3"))
    expect(tab.get_by_role("link", name="still-here")).to_be_visible()
    process = localstack.process
    process.send_signal(signal.SIGSTOP)  # it takes connections and answers nothing
    try:
        expect(tab.locator(GONE)).to_be_visible(timeout=PATIENCE_MS)
        expect(tab.get_by_role("link", name="still-here")).to_be_visible()
    finally:
        process.send_signal(signal.SIGCONT)
    expect(tab.locator(GONE)).not_to_be_visible(timeout=PATIENCE_MS)
