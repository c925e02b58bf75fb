"""What is around every page: account, region, navigation, language, and what was done so far."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from nicegui import ui

from console.parts.panel import CLOSED, COMMANDS, COURSE, WATCH_SECONDS, Panel, keep_choice
from console.parts.text import note

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nicegui.events import GenericEventArguments

    from console.page import Page
    from console.parts.panel import View
    from console.service import Service

REGIONS: Final = (
    "ap-southeast-1",
    "ap-southeast-7",
    "us-east-1",
    "us-west-2",
    "eu-west-1",
)
ACCOUNT: Final = re.compile(r"[0-9]{12}")
PURPOSES: Final = {
    "the finished pipeline": "pipeline ที่เสร็จแล้ว",
    "my sandbox": "account ฝึกของฉัน",
}
"""What the lab's own accounts are for, in Thai."""

BLUE: Final = "#0b63ce"
ON_TOP: Final = None
"""The colour of buttons in the dark bar: none of Quasar's, so that style.css gives it."""


class Frame:
    """What stays around the pages of one account and region.

    Args:
        page: What the frame draws on. Its service is the one that is shown.
        services: For the navigation, in its order.
        accounts: Accounts to switch to, each with what it is for.
        course: The course for the panel, where it is installed.
        opened: What the panel shows at first.
    """

    def __init__(
        self,
        page: Page,
        services: Sequence[Service],
        accounts: Mapping[str, str],
        course: View | None = None,
        opened: str = CLOSED,
    ) -> None:
        self._page = page
        self._course = course
        self._opened = opened
        self._services = services
        self._accounts = accounts
        self._links: dict[str, ui.element] = {}
        self._shown = page

    def draw(self) -> None:
        """Draw the frame."""
        page = self._page
        ui.dark_mode(page.dark)
        ui.colors(primary=BLUE)
        nav = self._navigation()
        panel = Panel(page, self._course, self._opened)
        with ui.header().classes("top"):
            _top_button("menu", page.say("Menu", "เมนู"), nav.toggle).classes("lt-md")
            ui.label("Console").classes("brand")
            ui.space()
            _account_switch(page, self._accounts)
            _region_switch(page)
            ui.button(
                "EN" if page.language == "th" else "ไทย",
                color=ON_TOP,
                on_click=lambda: _keep("language", "en" if page.language == "th" else "th"),
            ).props("flat dense no-caps aria-label=Language").classes("language")
            _top_button(
                "light_mode" if page.dark else "dark_mode",
                page.say("Light", "สว่าง") if page.dark else page.say("Dark", "มืด"),
                lambda: _keep("dark", "no" if page.dark else "yes"),
            )
            if self._course:
                _top_button("school", "Course", partial(panel.toggle, COURSE)).tooltip(
                    page.say("The course, beside every page", "หลักสูตร ข้างทุกหน้า")
                )
            _top_button("terminal", "Commands", partial(panel.toggle, COMMANDS)).tooltip(
                page.say("What you did, as commands", "สิ่งที่ทำไป ในรูปคำสั่ง")
            )
        _connection(page)
        self._watch_the_tab()
        if page.read_only:
            ui.label(
                page.say(
                    "Read-only: this console looks and changes nothing.",
                    "อ่านได้อย่างเดียว แก้ไขอะไรไม่ได้",
                )
            ).classes("read-only-bar")

    def show(self, service: Service, shown: Page) -> None:
        """Say which page is inside, and of which service it is."""
        self._shown = shown
        self._page.service = service.id
        ui.page_title(f"{service.name} · Console")
        for name, link in self._links.items():
            if name == service.id:
                link.classes("nav-here").props("aria-current=page")
            else:
                link.classes(remove="nav-here").props(remove="aria-current")

    @staticmethod
    def leave_for(address: str) -> None:
        """Open an address with a frame of its own."""
        _open(address)

    def _watch_the_tab(self) -> None:
        """Hear whether somebody looks at the tab; once they do again, show what is so by then."""
        tab, client = self._page.tab, ui.context.client

        async def hear(event: GenericEventArguments) -> None:
            was_seen, tab.is_seen = tab.is_seen, event.args is not False
            if tab.is_seen and not was_seen:
                await self._shown.refresh()

        def leave() -> None:
            """Nobody looks any more: the tab was closed, or its connection is broken."""
            tab.is_seen = tab.is_seen and client.has_socket_connection

        ui.on("console_seen", hear)
        # A tab may be opened behind another one.
        client.on_connect(lambda: ui.run_javascript("tellWhetherSeen()"))
        client.on_disconnect(leave)

    def _navigation(self) -> ui.left_drawer:
        # Not `value=None`: that asks the browser for the width, and a busy one answers too late.
        drawer = ui.left_drawer(value=False).classes("nav")
        with drawer.props("show-if-above width=208 breakpoint=900 bordered"):
            for service in self._services:
                with ui.element("a").classes("nav-item") as link:
                    link.props["href"] = self._page.url(service.id)
                    ui.icon(service.icon)
                    ui.label(service.name)
                self._links[service.id] = link
        return drawer


def _top_button(icon: str, name: str, click: Callable[[], Any]) -> ui.button:
    button = ui.button(icon=icon, color=ON_TOP, on_click=click).props("flat round dense")
    button.props["aria-label"] = name
    return button


def _account_switch(page: Page, accounts: Mapping[str, str]) -> None:
    purpose = accounts.get(page.cloud.account, "")
    button = ui.button(color=ON_TOP).props("flat dense no-caps icon-right=expand_more")
    button.props["aria-label"] = f"Account {page.cloud.account}"
    with button:
        with ui.column().classes("account-here"):
            ui.label(page.cloud.account).classes("mono")
            ui.label(_purpose(page, purpose)).classes("purpose")
        menu = ui.menu().classes("switch")
    with menu:
        for number, said in _known_accounts(page, accounts).items():
            item = ui.menu_item(on_click=lambda number=number: _go(page, account=number))
            item.props("role=menuitem")
            with item, ui.column().classes("account"):
                ui.label(number).classes("mono")
                note(_purpose(page, said))
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


def _known_accounts(page: Page, accounts: Mapping[str, str]) -> dict[str, str]:
    """Return the accounts to switch to: those given, and whichever this console has opened."""
    return dict(accounts) | {
        number: accounts.get(number, "") for number in page.cloud.endpoint.opened_accounts()
    }


def _purpose(page: Page, purpose: str) -> str:
    """Return what an account is for, in the page's language where it is one of the lab's own."""
    if not purpose:
        return page.say("other account", "account อื่น")
    return page.say(purpose, PURPOSES.get(purpose, purpose))


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
    _open(f"/{account or page.cloud.account}/{region or page.cloud.region}/{page.service}")


def _open(address: str) -> None:
    """Load an address anew: `ui.navigate.to` would keep this account's frame around it."""
    ui.run_javascript(f"window.location.assign({json.dumps(address)})")


def _keep(name: str, value: str) -> None:
    """Keep a choice in the browser, and draw the page with it."""
    keep_choice(name, value)
    ui.navigate.reload()


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
