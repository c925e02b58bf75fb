"""A part of a page that shows what the cloud says, and keeps it so."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from nicegui import ui

from console.errors import ConsoleError
from console.parts.text import error_bar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from console.page import Page

EVERY_SECONDS = 2.0


class Live[T]:
    """Ask again and again, and draw when the answer is another one.

    While the cloud does not answer, what it said last stays, with a sentence above it. While nobody
    looks at the tab, nothing is asked. The first question is asked while the browser still loads
    the page, so that the answer is there when the page is.

    Args:
        page: Where it is.
        read: Asks the cloud.
        draw: Shows an answer, in an empty place.
        every: Seconds between two questions.
        in_place: Whether `draw` changes what it drew before, instead of starting from nothing.
    """

    def __init__(
        self,
        page: Page,
        read: Callable[[], Awaitable[T]],
        draw: Callable[[T], None],
        *,
        every: float = EVERY_SECONDS,
        in_place: bool = False,
    ) -> None:
        self._page = page
        self._read = read
        self._draw = draw
        self._in_place = in_place
        self._asking = asyncio.Lock()
        self._last: tuple[T] | None = None
        self._early: asyncio.Task[T | ConsoleError] | None = asyncio.create_task(_settled(read))
        self._error = error_bar("").classes("complaint")
        self._error.visible = False
        self._waiting = ui.spinner("dots", size="lg")
        self._place = ui.column().classes("live")
        self._timer = ui.timer(every, self._tick)
        page.refreshers.append(self.refresh)

    async def refresh(self) -> None:
        """Ask now, and draw what is new; what is no longer on the page asks no more."""
        if self._place.is_deleted:
            if self.refresh in self._page.refreshers:
                self._page.refreshers.remove(self.refresh)
            return
        async with self._asking:
            await self._look()

    def ask_every(self, seconds: float) -> None:
        """Ask more or less often from now on."""
        self._timer.interval = seconds

    async def _tick(self) -> None:
        if self._last is not None and not self._page.tab.is_seen:
            return
        if not self._asking.locked():  # a slow answer is waited for, never asked for twice
            await self.refresh()

    async def _look(self) -> None:
        try:
            found = await self._ask()
        except ConsoleError as error:
            if not self._place.is_deleted:
                self._waiting.visible = False
                self._complain(self._page.explain(error))
            return
        if self._place.is_deleted:  # somebody went to another page meanwhile
            return
        self._waiting.visible = False
        self._error.visible = False
        self._place.classes(remove="stale")
        if self._last is None or self._last[0] != found:
            self._last = (found,)
            self._show(found)

    async def _ask(self) -> T:
        early, self._early = self._early, None
        if early is None:
            return await self._read()
        found = await early
        if isinstance(found, ConsoleError):
            raise found
        return found

    def _show(self, found: T) -> None:
        if not self._in_place:
            self._place.clear()
        with self._place:
            self._draw(found)

    def _complain(self, what: str) -> None:
        self._error.text = what
        self._error.visible = True
        self._place.classes("stale")


async def _settled[T](read: Callable[[], Awaitable[T]]) -> T | ConsoleError:
    """Ask, and return also an error: the page may be gone before somebody wants to know it."""
    try:
        return await read()
    except ConsoleError as error:
        return error
