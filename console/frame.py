"""What is around every page: account, region, navigation, language, and what was done so far."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nicegui import ui

from console.calls import as_command
from console.journal import as_archive
from console.parts.text import note, preformatted
from console.showing import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.page import Page
    from console.service import Service

REGIONS: Final = (
    "ap-southeast-1",
    "ap-southeast-7",
    "us-east-1",
    "us-west-2",
    "eu-west-1",
)
ACCOUNT: Final = re.compile(r"[0-9]{12}")
WATCH_SECONDS: Final = 1.0
BLUE: Final = "#0b63ce"
ON_TOP: Final = None
"""The colour of buttons in the dark bar: none of Quasar's, so that style.css gives it."""


def frame(page: Page, services: Sequence[Service], accounts: dict[str, str], *, dark: bool) -> None:
    """Draw what is around a page.

    Args:
        page: Which page.
        services: For the navigation, in its order.
        accounts: Accounts to switch to, each with what it is for.
        dark: Whether the page is dark.
    """
    ui.dark_mode(dark)
    ui.colors(primary=BLUE)
    with (
        ui.left_drawer(value=None).classes("nav").props("width=208 breakpoint=900 bordered") as nav
    ):
        for service in services:
            with ui.element("a").classes("nav-item") as link:
                link.props["href"] = page.url(service.id)
                if service.id == page.service:
                    link.classes("nav-here").props("aria-current=page")
                ui.icon(service.icon)
                ui.label(service.name)
    drawer = _commands_drawer(page)
    with ui.header().classes("top"):
        ui.button(icon="menu", color=ON_TOP, on_click=nav.toggle).props(
            "flat round dense aria-label=Menu"
        ).classes("lt-md")
        ui.label("Console").classes("brand")
        ui.space()
        _account_switch(page, accounts)
        _region_switch(page)
        ui.button(
            "EN" if page.language == "th" else "ไทย",
            color=ON_TOP,
            on_click=lambda: _switch_language(page),
        ).props("flat dense no-caps aria-label=Language").classes("language")
        ui.button(
            icon="light_mode" if dark else "dark_mode",
            color=ON_TOP,
            on_click=lambda: _switch_dark(dark),
        ).props("flat round dense aria-label=Dark")
        ui.button(icon="terminal", color=ON_TOP, on_click=drawer.toggle).props(
            "flat round dense aria-label=Commands"
        ).tooltip(page.say("What you did, as commands", "สิ่งที่ทำไป ในรูปคำสั่ง"))
    _connection(page)
    if page.read_only:
        ui.label(
            page.say(
                "Read-only: this console looks and changes nothing.", "อ่านได้อย่างเดียว แก้ไขอะไรไม่ได้"
            )
        ).classes("read-only-bar")


def _account_switch(page: Page, accounts: dict[str, str]) -> None:
    button = ui.button(page.cloud.account, color=ON_TOP).props(
        "flat dense no-caps icon-right=expand_more aria-label=Account"
    )
    with button, ui.menu().classes("switch"):
        for number, purpose in accounts.items():
            item = ui.menu_item(on_click=lambda number=number: _go(page, account=number))
            with item, ui.column().classes("account"):
                ui.label(number).classes("mono")
                ui.label(purpose).classes("note")
        ui.separator()
        with ui.row().classes("other-account"):
            other = ui.input(page.say("Other account", "account อื่น")).props(
                "dense outlined maxlength=12"
            )

            def go() -> None:
                if ACCOUNT.fullmatch(other.value or ""):
                    _go(page, account=other.value)
                else:
                    ui.notify(
                        page.say("An account has twelve digits.", "account มีตัวเลขสิบสองหลัก"),
                        type="warning",
                    )

            other.on("keydown.enter", go)
            ui.button(icon="arrow_forward", on_click=go).props("flat dense round aria-label=Go")


def _region_switch(page: Page) -> None:
    with (
        ui.button(page.cloud.region, color=ON_TOP)
        .props("flat dense no-caps icon-right=expand_more aria-label=Region")
        .classes("gt-xs"),
        ui.menu().classes("switch"),
    ):
        for region in REGIONS:
            ui.menu_item(region, on_click=lambda region=region: _go(page, region=region))


def _go(page: Page, account: str = "", region: str = "") -> None:
    """Open the first page of this service in another account or region."""
    where = f"/{account or page.cloud.account}/{region or page.cloud.region}/{page.service}"
    ui.navigate.to(where)


def _switch_language(page: Page) -> None:
    _keep("language", "en" if page.language == "th" else "th")


def _switch_dark(dark: bool) -> None:
    _keep("dark", "no" if dark else "yes")


def _keep(name: str, value: str) -> None:
    """Keep a choice in the browser, and draw the page with it."""
    ui.run_javascript(
        f"document.cookie = 'console_{name}={value}; path=/; max-age=31536000; SameSite=Strict';"
        "location.reload();"
    )


def _connection(page: Page) -> None:
    """Say when the lab goes away, and when it is back."""
    gone = ui.label(
        page.say(
            f"Nothing answers at {page.cloud.endpoint.url}. What you see is how it was; "
            "the console tries again by itself.",
            f"ไม่มีใครตอบที่ {page.cloud.endpoint.url} ที่เห็นอยู่คือข้อมูลล่าสุด console จะลองใหม่เอง",
        )
    ).classes("gone-bar")
    gone.visible = False

    def watch() -> None:
        answers = page.cloud.endpoint.answers
        if answers and gone.visible:
            ui.notify(page.say("The lab answers again.", "แล็บตอบแล้ว"), type="positive")
        gone.visible = not answers

    ui.timer(WATCH_SECONDS, watch)


def _commands_drawer(page: Page) -> ui.right_drawer:
    journal = page.cloud.journal
    with (
        ui.right_drawer(value=False)
        .classes("commands")
        .props("width=420 overlay bordered") as drawer
    ):
        ui.label(page.say("What you did, as commands", "สิ่งที่ทำไป ในรูปคำสั่ง")).classes("heading")
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
                page.say("Download", "ดาวน์โหลด"), icon="download", on_click=lambda: _download(page)
            ).props("outline dense no-caps")
            ui.button(page.say("Clear", "ล้าง"), on_click=journal.clear).props("flat dense no-caps")
        entries = ui.column().classes("entries")
    drawn = -1

    def draw() -> None:
        nonlocal drawn
        if not drawer.value or drawn == journal.count:
            return
        drawn = journal.count
        entries.clear()
        with entries:
            for entry in reversed(journal.entries):
                with ui.column().classes("entry"):
                    outcome = f" · {entry.error}" if entry.error else ""
                    ui.label(f"{moment(entry.at)}{outcome}").classes(
                        "refused" if entry.error else "note"
                    )
                    preformatted(as_command(entry.call), kind="command")
            if not journal.entries:
                note(page.say("Nothing yet.", "ยังไม่มี"))

    ui.timer(WATCH_SECONDS, draw)
    drawer.on_value_change(lambda _: draw())
    return drawer


def _download(page: Page) -> None:
    cloud = page.cloud
    archive = as_archive(cloud.journal.done, cloud.endpoint.public_url, cloud.account, cloud.region)
    ui.download.content(archive, "replay.zip")
