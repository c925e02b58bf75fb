"""Live Tail: new lines of several log groups as they come, those that a filter lets through."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from nicegui import ui

from console.following import Following
from console.parts.layout import card, page_head, plain_button
from console.parts.lines import Lines
from console.parts.live import Live
from console.parts.text import note
from console.services.cloudwatch.logs import read_groups
from console.services.cloudwatch.sections import sections

if TYPE_CHECKING:
    from console.page import Page

BEFORE_MS: Final = 60_000
"""How long before the start lines are shown too: what was done a moment ago is in view."""

EVERY_SECONDS: Final = 1.0


def tail(page: Page) -> None:
    """Follow the log groups of the address; all of them where it names none."""
    sections(page, "tail")
    with page_head("Live Tail"):
        pass
    note(
        page.say(
            "New lines of all chosen log groups, as they come: one job through all its functions.",
            "log ใหม่ของทุก log group ที่เลือก ทันทีที่เข้ามา เห็นงานหนึ่งผ่านทุก function",
        )
    )
    _Tail(page).draw()


class _Tail:
    """The choice of groups and filter, and the lines."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._following = Following((), "", 0)
        self._runs = False
        self._offered = False
        self._version = 0
        """Grows with each change of what is shown."""

    def draw(self) -> None:
        page = self._page
        with card("Live Tail"):
            with ui.element("div").classes("tools"):
                self._groups = ui.select([], label="Log groups", multiple=True, with_input=True)
                self._groups.props("outlined dense use-chips options-dense").classes("all")
                self._pattern = ui.input(
                    "Filter",
                    value=page.query.get("filter", ""),
                    placeholder=page.say(
                        'a job_id, or { $.level = "ERROR" }', 'job_id หรือ { $.level = "ERROR" }'
                    ),
                )
                self._pattern.props("outlined dense clearable").classes("grow")
                self._pattern.on("keydown.enter", self._start)
                plain_button("Start", self._start, "play_arrow")
                self._stop_button = plain_button("Stop", self._stop, "stop")
                plain_button("Clear", self._clear)
            self._lines = Lines(page, page.say("Waiting for lines.", "รอ log ใหม่"))
            Live(page, self._read, self._show, every=EVERY_SECONDS, in_place=True)
        self._stop_button.disable()

    async def _read(self) -> int:
        if not self._offered:
            await self._offer_groups()
        if self._runs:
            self._version += await self._page.cloud.use("logs", self._following.ask)
        return self._version

    async def _offer_groups(self) -> None:
        """Offer the groups there are; follow those of the address, or all where it names none."""
        found = [each["logGroupName"] for each in await read_groups(self._page)]
        named = [each for each in self._page.query.get("groups", "").split(",") if each]
        options = sorted({*found, *named})
        if options:
            self._offered = True
            self._groups.set_options(options, value=named or found)
            self._start()

    def _start(self) -> None:
        since = int(time.time() * 1000) - BEFORE_MS
        pattern = (self._pattern.value or "").strip()
        self._following = Following(tuple(self._groups.value), pattern, since)
        self._runs = True
        self._stop_button.enable()
        self._clear()

    def _stop(self) -> None:
        self._runs = False
        self._stop_button.disable()

    def _clear(self) -> None:
        self._following.kept.clear()
        self._version += 1

    def _show(self, _version: int) -> None:
        self._lines.show(list(self._following.kept), with_group=True)
        self._lines.scroll_to_end()
