"""What stands at the right of every page: what was done, as commands, or the course."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from nicegui import ui

from console.calls import as_command
from console.parts.text import note, preformatted
from console.replay import Origin, as_archive
from console.showing import moment

if TYPE_CHECKING:
    from console.page import Page

WATCH_SECONDS: Final = 1.0
CLOSED: Final = ""
COMMANDS: Final = "commands"
COURSE: Final = "course"


class View(Protocol):
    """What a panel shows."""

    async def draw(self) -> None:
        """Draw it in the place that is open."""


class Panel:
    """The panel, of which one view at a time is open.

    Args:
        page: What the frame draws on.
        course: The course, where it is installed.
        opened: The view that is open at first: `commands`, `course` or nothing.
    """

    def __init__(self, page: Page, course: View | None, opened: str) -> None:
        self._views: dict[str, View] = {COMMANDS: _Commands(page)}
        self._titles = {COMMANDS: page.say("What you did, as commands", "สิ่งที่ทำไป ในรูปคำสั่ง")}
        if course:
            self._views[COURSE] = course
            self._titles[COURSE] = page.say("Course", "หลักสูตร")
        self._shown = opened if opened in self._views else CLOSED
        self._drawer = ui.right_drawer(value=False).classes("panel")
        with self._drawer.props("width=430 breakpoint=900 bordered"):
            with ui.row().classes("panel-head"):
                self._title = ui.label().classes("heading")
                close = ui.button(icon="close", on_click=lambda: self._open(CLOSED))
                close.props("flat dense round").props["aria-label"] = page.say("Close", "ปิด")
            self._place = ui.column().classes("live")
        if self._shown:
            ui.timer(0, lambda: self._open(self._shown), once=True)

    async def toggle(self, view: str) -> None:
        """Open a view, or close it if it is the one that is open."""
        await self._open(CLOSED if self._drawer.value and self._shown == view else view)

    async def _open(self, view: str) -> None:
        self._shown = view
        keep_choice("panel", view)
        self._place.clear()
        self._drawer.value = bool(view)
        if view:
            self._title.text = self._titles[view]
            with self._place, ui.column().classes(f"live {view}"):
                await self._views[view].draw()


def keep_choice(name: str, value: str) -> None:
    """Keep a choice in the browser for the next page."""
    ui.run_javascript(
        f"document.cookie = 'console_{name}={value}; path=/; max-age=31536000; SameSite=Strict'"
    )


class _Commands:
    """The calls of this account and region, the newest first."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def draw(self) -> None:
        """Draw the calls, and keep up with new ones."""
        page, journal = self._page, self._page.cloud.journal
        note(
            page.say(
                "Every click that changed something in this account and region, since the "
                "console was started. The zip holds a shell script, a Python program and the "
                "files: it builds the same in another account.",
                "ทุกการคลิกที่เปลี่ยนแปลงอะไรใน account และ region นี้ ตั้งแต่เปิด console "
                "ไฟล์ zip มี shell script, โปรแกรม Python และไฟล์ที่ใช้ รันแล้วได้ของเหมือนกันใน account อื่น",
            )
        )
        with ui.row():
            ui.button(
                page.say("Download", "ดาวน์โหลด"), icon="download", on_click=self._download
            ).props("outline dense no-caps")
            ui.button(page.say("Clear", "ล้าง"), on_click=journal.clear).props("flat dense no-caps")
        self._entries = ui.column().classes("entries")
        self._drawn = -1
        self._draw_entries()
        ui.timer(WATCH_SECONDS, self._draw_entries)

    def _draw_entries(self) -> None:
        page, journal = self._page, self._page.cloud.journal
        if self._drawn == journal.count:
            return
        self._drawn = journal.count
        self._entries.clear()
        with self._entries:
            for entry in reversed(journal.entries):
                with ui.column().classes("entry"):
                    outcome = f" · {entry.error}" if entry.error else ""
                    ui.label(f"{moment(entry.at)}{outcome}").classes(
                        "refused" if entry.error else "note"
                    )
                    preformatted(as_command(entry.call), kind="command")
            if not journal.entries:
                note(page.say("Nothing yet.", "ยังไม่มี"))

    def _download(self) -> None:
        cloud = self._page.cloud
        origin = Origin(cloud.endpoint.public_url, cloud.account, cloud.region)
        ui.download.content(as_archive(cloud.journal.done, origin), "replay.zip")
