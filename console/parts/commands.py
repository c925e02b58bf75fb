"""The `aws` command and the boto3 call of what a form is about to do, to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import ui

from console.calls import as_boto3, as_command
from console.parts.text import preformatted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.calls import Call, LabCall
    from console.page import Page


class CommandPreview:
    """Both ways to do by hand what a click does.

    Args:
        page: Where it is.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._calls: Sequence[Call | LabCall] = ()
        with ui.column().classes("command-preview"):
            with ui.row().classes("command-head"):
                self._kind = ui.toggle(
                    ["AWS CLI", "boto3"], value="AWS CLI", on_change=self._draw
                ).props("dense no-caps unelevated")
                ui.button(icon="content_copy", on_click=self._copy).props(
                    "flat dense round aria-label=Copy"
                ).tooltip(page.say("Copy", "คัดลอก"))
            self._text = preformatted("", kind="command")

    def show(self, calls: Sequence[Call | LabCall], missing: str = "") -> None:
        """Show these calls, or what is still missing for them."""
        self._calls = calls
        self._missing = missing
        self._draw()

    @property
    def text(self) -> str:
        """What is shown: what a copy takes along."""
        write = as_command if self._kind.value == "AWS CLI" else as_boto3
        return "\n".join(map(write, self._calls))

    def _draw(self) -> None:
        self._text.text = self.text or self._missing
        self._text.classes(remove="missing") if self._calls else self._text.classes("missing")

    def _copy(self) -> None:
        ui.clipboard.write(self.text)
        ui.notify(self._page.say("Copied.", "คัดลอกแล้ว"), type="positive", timeout=1500)
