"""Lambda: functions, their code edited and tried in the page, and what calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nicegui import ui

from console.parts.layout import action, card, page_head, plain_button
from console.parts.live import Live
from console.parts.text import error_bar, facts, state
from console.service import Service
from console.services.lambda_.code import CodeTab
from console.services.lambda_.configuration import (
    configuration,
    configuration_cards,
    versions_card,
)
from console.services.lambda_.functions import TONES, delete_function, functions
from console.services.lambda_.testing import TestTab
from console.services.lambda_.triggers import triggers_card
from console.showing import size

if TYPE_CHECKING:
    from console.cloud import Answer
    from console.page import Page

TABS: Final = ("Code", "Test", "Configuration", "Versions")


def function(page: Page) -> None:
    """Show a function: its state, and a tab for each thing that can be done with it."""
    name = page.query.get("function", "")
    with page_head(name, {"Functions": page.url("lambda")}):
        action(page, "Delete", lambda: delete_function(page, name))
        logs = page.url("cloudwatch", "group", group=f"/aws/lambda/{name}")
        plain_button("View CloudWatch logs", lambda: ui.navigate.to(logs))
    Live(page, lambda: configuration(page, name), _draw_overview)
    asked = page.query.get("tab")
    chosen = asked if asked in TABS else TABS[0]
    with ui.tabs().classes("tabs") as tabs:
        for each in TABS:
            ui.tab(each).props("no-caps")
    tabs.props("align=left no-caps dense")
    with ui.tab_panels(tabs, value=chosen).classes("tab-panels").props("keep-alive"):
        with ui.tab_panel("Code"):
            CodeTab(page, name).draw()
        with ui.tab_panel("Test"):
            TestTab(page, name).draw()
        with ui.tab_panel("Configuration"):
            triggers_card(page, name)
            configuration_cards(page, name)
        with ui.tab_panel("Versions"):
            versions_card(page, name)


def _draw_overview(found: Answer) -> None:
    with card("Function overview"):
        with ui.row().classes("items-center"):
            state(found.get("State", "Active"), TONES.get(found.get("State", "Active"), "idle"))
            update = found.get("LastUpdateStatus", "Successful")
            state(update, TONES.get(update, "idle"))
        for reason in ("StateReason", "LastUpdateStatusReason"):
            if found.get(reason):
                error_bar(found[reason])
        facts(
            {
                "Function ARN": found["FunctionArn"],
                "Runtime": found.get("Runtime", "-"),
                "Last modified": found["LastModified"][:19].replace("T", " "),
                "Code size": size(found["CodeSize"]),
            }
        )


SERVICE = Service("lambda", "Lambda", "functions", {"": functions, "function": function})
