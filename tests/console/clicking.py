"""How tests find what they click in the console, and what a person does with its forms."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import FilePayload, Locator, Page, expect

if TYPE_CHECKING:
    from collections.abc import Iterator

CALLS_MS = 60_000
"""How long a form may take for its calls, on a machine that is busy with much else."""

PASTE = """(editor, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const paste = {clipboardData, bubbles: true, cancelable: true};
  editor.dispatchEvent(new ClipboardEvent("paste", paste));
}"""


HOLDS = "(editor) => editor.cmView.rootView.view.state.doc.toString()"
PASTES = 5


def button(place: Page | Locator, name: str) -> Locator:
    return place.get_by_role("button", name=name, exact=True)


def dialog(tab: Page) -> Locator:
    return tab.get_by_role("dialog")


def choose(tab: Page, label: str, option: str) -> None:
    """Choose from a list in the open form."""
    dialog(tab).get_by_label(label).click()
    tab.get_by_role("option", name=option).click()


def paste(tab: Page, editor: Locator, text: str) -> None:
    """Replace all that an editor holds, also one that is still being filled.

    Raises:
        AssertionError: It holds something else afterwards.
    """
    content = editor.locator(".cm-content")
    for _ in range(PASTES):
        content.focus()  # its middle may be out of sight: a click there would hit something else
        tab.keyboard.press("ControlOrMeta+a")
        content.evaluate(PASTE, text)
        if content.evaluate(HOLDS) == text:
            return
    raise AssertionError(f"the editor holds {content.evaluate(HOLDS)[:200]!r}")


@dataclass(frozen=True)
class Form:
    """The form that is open."""

    tab: Page

    @property
    def place(self) -> Locator:
        return dialog(self.tab)

    @property
    def command(self) -> Locator:
        """What it shows as what it will do."""
        return self.place.locator(".command")

    def fill(self, label: str, value: object) -> None:
        self.place.get_by_label(label, exact=True).fill(str(value))

    def choose(self, label: str, option: str | re.Pattern[str]) -> None:
        self.place.get_by_label(label, exact=True).click()
        self.tab.get_by_role("option", name=option, exact=True).click()

    def choose_several(self, label: str, *options: str) -> None:
        """Choose from a list that takes more than one, and close it."""
        self.place.get_by_label(label, exact=True).click()
        for each in options:
            self.tab.get_by_role("option", name=each, exact=True).click()
        self.tab.keyboard.press("Escape")

    def tick(self, label: str) -> None:
        self._tick(self.place.get_by_role("checkbox", name=label, exact=True))

    def acknowledge(self) -> None:
        """Tick the one warning that the form wants to be read."""
        self._tick(self.place.get_by_role("checkbox", name=re.compile("^I acknowledge")))

    @staticmethod
    def _tick(box: Locator) -> None:
        box.click()
        expect(box).to_be_checked()  # the server says so: `check` would not wait for it

    def paste(self, text: str, number: int = 0) -> None:
        """Replace what the form's editor holds.

        Args:
            text: What it holds then.
            number: Which editor, where it has several.
        """
        paste(self.tab, self.place.locator(".cm-editor").nth(number), text)

    def drop(self, name: str, content: bytes) -> None:
        """Give it a file, and wait until the commands name it."""
        file: FilePayload = {
            "name": name,
            "mimeType": "application/octet-stream",
            "buffer": content,
        }
        self.place.locator("input[type=file]").set_input_files(file)
        expect(self.command).to_contain_text(name)

    def submit(self, name: str) -> None:
        """Press its button, and wait until all is done.

        Raises:
            AssertionError: It stays open; with all that it says.
        """
        send = button(self.place, name)
        expect(send).to_be_enabled()
        send.click()
        try:
            expect(self.place).to_have_count(0, timeout=CALLS_MS)
        except AssertionError as error:
            message = f"the form stays open: {self.place.inner_text()}"
            raise AssertionError(message) from error


@contextmanager
def form(tab: Page, opened_by: str, submit: str = "") -> Iterator[Form]:
    """Open a form by a button, and send it at the end of the block.

    Args:
        tab: Where the button is.
        opened_by: The button's name.
        submit: The name of the form's own button; the same by default.
    """
    button(tab, opened_by).click()
    opened = Form(tab)
    expect(opened.place).to_be_visible()
    yield opened
    opened.submit(submit or opened_by)
