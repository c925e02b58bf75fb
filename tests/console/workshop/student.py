"""A student who does the workshop in the console: one browser tab, one account, nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from playwright.sync_api import Locator, Page, expect

from tests.console.clicking import Form, button, form, paste

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from course.sandbox import Sandbox
    from tests.console.conftest import Console

DRAWER_TRIES = 3
LONG_MS = 120_000
"""How long what the cloud does by itself may take, such as a message's way to its dead letters."""


@dataclass(frozen=True)
class Student:
    """What a person does with mouse and keyboard.

    Args:
        tab: The browser tab.
        console: Whose pages it shows.
        sandbox: The account, and the names and times that the course has for it.
    """

    tab: Page
    console: Console
    sandbox: Sandbox

    def open(self, path: str, **query: str) -> None:
        """Go to a page of the console: `s3`, or `s3/bucket` with `bucket="b"`."""
        where = f"{self.console.address}/{self.sandbox.account}/{self.sandbox.region}/{path}"
        self.tab.goto(f"{where}?{urlencode(query, quote_via=quote)}" if query else where)

    def follow(self, link: str) -> None:
        """Click a link of the page."""
        self.tab.locator("main, [role=main]").get_by_role("link", name=link, exact=True).click()

    def press(self, name: str, place: Locator | None = None) -> None:
        """Click a button that opens no form."""
        button(place or self.tab, name).click()

    def form(self, opened_by: str, submit: str = "") -> AbstractContextManager[Form]:
        """Open a form by a button; it is sent at the end of the block."""
        return form(self.tab, opened_by, submit)

    def open_tab(self, name: str) -> None:
        """Choose a tab of the page."""
        self.tab.get_by_role("tab", name=name, exact=True).click()

    def card(self, title: str) -> Locator:
        """Return a card of the page, to look for something in it alone."""
        heading = self.tab.get_by_role("heading", level=2, name=title, exact=True)
        return self.tab.locator(".card").filter(has=heading)

    def paste(self, editor: Locator, text: str) -> None:
        """Replace all that an editor of the page holds."""
        paste(self.tab, editor, text)

    def fact(self, name: str) -> str:
        """Return what the page's summary says of something, as one would copy it."""
        found = self._fact(name)
        expect(found).to_be_visible()
        return found.inner_text().strip()

    def sees_fact(self, name: str, value: str) -> None:
        """Wait until the page's summary says so."""
        expect(self._fact(name)).to_have_text(value, timeout=LONG_MS)

    def _fact(self, name: str) -> Locator:
        term = self.tab.locator("dt").filter(has_text=re.compile(f"^{re.escape(name)}$"))
        return self.tab.locator(".facts > div").filter(has=term).locator("dd")

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait until the page shows a text; it looks again by itself."""
        expect(self.tab.get_by_text(text).first).to_be_visible(timeout=LONG_MS)

    def deploy(self, function: str, folder: Path) -> None:
        """Paste the code of a folder into the editor of a function's page, and deploy it."""
        code = (folder / "lambda_function.py").read_text("utf-8")
        expect(self.tab).to_have_url(re.compile(f"function={function}"))
        editor = self.tab.locator(".code .cm-editor")
        expect(editor).to_be_visible()
        self.paste(editor, code)
        self.sees("Changes not deployed")
        self.press("Deploy")
        expect(self.tab.get_by_text("Changes not deployed")).to_have_count(0, timeout=LONG_MS)

    def test_with(self, name: str, event: str) -> None:
        """Save an event under a name and send it to the function whose Test tab is open."""
        panel = self.tab.locator(".card").filter(has=self.tab.get_by_label("Event name"))
        panel.get_by_label("Event name").fill(name)
        self.paste(panel.locator(".cm-editor"), event)
        expect(panel.locator(".command")).to_contain_text(f"{name}.json")
        self.press("Save", panel)
        self.press("Test", panel)
        self.sees("Execution results")

    def look_into(self, bucket: str, *folders: str) -> None:
        """Go down into a bucket, from folder to folder, as soon as each is there.

        Args:
            bucket: Where to begin.
            folders: Their names; `*/` is the only one there is.
        """
        self.open("s3/bucket", bucket=bucket)
        for each in folders:
            links = self.tab.locator(".list").first.get_by_role("link")
            link = links if each == "*/" else links.filter(has_text=each)
            expect(link.first).to_be_visible(timeout=LONG_MS)
            before = self.tab.url
            link.first.click()
            expect(self.tab).not_to_have_url(before)

    def upload(self, bucket: str, prefix: str, name: str, content: bytes) -> None:
        """Upload a file into a folder of a bucket."""
        self.open("s3")
        self.follow(bucket)
        self.follow(prefix)
        expect(self.tab).to_have_url(re.compile("prefix="))
        with self.form("Upload") as upload:
            upload.drop(name, content)

    def script(self, folder: Path) -> Path:
        """Download what was done so far, as the commands drawer exports it; the zip."""
        self.open("sqs")
        export = button(self.tab.locator(".commands"), "Download")
        for _ in range(DRAWER_TRIES):
            button(self.tab, "Commands").click()
            try:
                expect(export).to_be_visible()
            except AssertionError:  # a page that lost its connection was loaded anew meanwhile
                continue
            break
        with self.tab.expect_download() as download:
            export.click()
        archive = folder / "replay.zip"
        download.value.save_as(archive)
        return archive
