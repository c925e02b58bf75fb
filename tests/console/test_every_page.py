"""What has to be so on every page, whichever service adds it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from console.services import SERVICES
from tests.console.conftest import Console, start_console
from tests.console.crawl import every_page
from tests.console.hostile import MARKUP, fill_with_markup
from tests.engine.conftest import LocalStack, start_localstack, without_plugin

pytestmark = [pytest.mark.console, pytest.mark.timeout(600)]

HOSTILE_ACCOUNT = "666666666666"
EMPTY_ACCOUNT = "777777777777"
ELSEWHERE = "http://127.0.0.1:9/elsewhere"
"""Nobody listens on the port for `discard`."""


@pytest.fixture(scope="module")
def hostile(localstack: LocalStack) -> str:
    """An account that is full of markup."""
    fill_with_markup(localstack, HOSTILE_ACCOUNT)
    return HOSTILE_ACCOUNT


def test_what_is_hostile_is_text_on_every_page_and_nothing_is_asked_of_anybody_else(
    tab: Page, console: Console, hostile: str
) -> None:
    """The tab's fixture fails the test on a request that leaves, and on an error of a script."""
    shown = set()
    for path in every_page(tab, console, hostile):
        service = path.split("/")[1].partition("?")[0]
        text = tab.inner_text("body")
        if MARKUP in text:
            shown.add(service)
        assert tab.locator("img[src=x]").count() == 0, path
        assert tab.title().endswith("Console"), path
    # Else nothing would have been tried there.
    assert shown >= {"s3", "states", "inbox"}


ASK_ELSEWHERE = f"fetch('{ELSEWHERE}', {{mode: 'no-cors'}}).then(() => 'sent', String)"


def test_a_request_to_somebody_else_would_be_counted_and_a_page_may_send_none(
    browser: Browser, console: Console
) -> None:
    counting = Console(console.port, console.localstack, console.folder)
    with browser.new_context() as context:
        page = context.new_page()
        page.on("request", counting.note)
        page.goto("about:blank")
        page.evaluate(ASK_ELSEWHERE)
        assert counting.elsewhere == [ELSEWHERE]
        page.goto(console.url("s3"))
        with page.expect_console_message(lambda said: "Content Security Policy" in said.text):
            page.evaluate(ASK_ELSEWHERE)


def test_an_empty_account_has_every_page_without_an_error(tab: Page, console: Console) -> None:
    for path in every_page(tab, console, EMPTY_ACCOUNT):
        assert tab.locator(".complaint:visible").all_inner_texts() == [], path


@pytest.fixture
def looking(
    console: Console, browser: Browser, tmp_path: Path
) -> Iterator[tuple[Console, BrowserContext]]:
    """A console that may only look, and a browser for it."""
    with (
        start_console(console.localstack, tmp_path, "--read-only") as other,
        browser.new_context(locale="en-US") as context,
    ):
        yield other, context


def test_where_one_may_only_look_no_page_offers_a_change(
    looking: tuple[Console, BrowserContext], hostile: str
) -> None:
    console, context = looking
    page = context.new_page()
    offered = 0
    for path in every_page(page, console, hostile):
        buttons = page.locator("button.changes")
        offered += buttons.count()
        enabled = page.locator("button.changes:not([disabled])")
        assert enabled.all_inner_texts() == [], path
    assert offered > len(SERVICES)


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[LocalStack]:
    """LocalStack without the plugin: an emulator that is not ours."""
    with start_localstack(tmp_path, without_plugin(tmp_path)) as instance:
        yield instance
        instance.kill()  # it has nothing to clean up, and would take its time


def test_another_emulator_has_every_page_too_and_what_it_lacks_is_said(
    bare: LocalStack, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    failures: list[str] = []
    folder = tmp_path_factory.mktemp("log")
    with start_console(bare, folder) as console, browser.new_context(locale="en-US") as context:
        page = context.new_page()
        page.on("request", console.note)
        page.on("pageerror", lambda error: failures.append(str(error)))
        for path in every_page(page, console, EMPTY_ACCOUNT):
            # It may take its time for its first answers.
            expect(page.locator(".gone-bar"), path).not_to_be_visible()
            errors = page.locator(".complaint:visible").all_inner_texts()
            assert not any("console itself failed" in each for each in errors), (path, errors)
        page.goto(console.url("s3", EMPTY_ACCOUNT))
        page.get_by_role("button", name="Create bucket").click()
        page.get_by_role("dialog").get_by_label("Bucket name").fill("on-another-emulator")
        page.get_by_role("dialog").get_by_role("button", name="Create bucket").click()
        expect(page.get_by_role("link", name="on-another-emulator")).to_be_visible()
    assert failures == []
    assert console.elsewhere == []
