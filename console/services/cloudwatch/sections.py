"""The parts of CloudWatch, one beside the other as in its own console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nicegui import ui

if TYPE_CHECKING:
    from console.page import Page

SECTIONS: Final = {
    "": "Dashboards",
    "alarms": "Alarms",
    "metrics": "Metrics",
    "groups": "Log groups",
    "tail": "Live Tail",
}
"""Their names, by the page that each begins with."""


def sections(page: Page, here: str) -> None:
    """Draw the links to the parts of CloudWatch.

    Args:
        page: Where it is.
        here: The one that is open.
    """
    with ui.element("nav").classes("sections").props("aria-label=CloudWatch"):
        for name, title in SECTIONS.items():
            with ui.element("a").classes("section") as anchor:
                anchor.props["href"] = page.url("cloudwatch", name)
                if name == here:
                    anchor.classes("section-here").props("aria-current=page")
                ui.label(title)
