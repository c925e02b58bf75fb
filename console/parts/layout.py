"""Where things stand on a page: its head with the actions, and cards below each other."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nicegui import ui

from console.parts.text import heading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from console.page import Page


@contextmanager
def page_head(title: str, crumbs: dict[str, str] | None = None) -> Iterator[None]:
    """Draw a page's title; what is drawn inside stands at its right, as actions.

    Args:
        title: Of the page.
        crumbs: The pages above it, each with its address.
    """
    if crumbs:
        with ui.element("nav").classes("crumbs").props("aria-label=Breadcrumbs"):
            for text, address in crumbs.items():
                link(text, address)
                ui.label("/")
            ui.label(title)
    with ui.element("div").classes("page-head"):
        heading(title).props("role=heading aria-level=1")
        yield


@contextmanager
def card(title: str, actions: Callable[[], Any] | None = None) -> Iterator[None]:
    """Draw a card; what is drawn inside stands in it.

    Args:
        title: Of the card.
        actions: Draws what stands at the right of the title.
    """
    with ui.column().classes("card"):
        with ui.element("div").classes("card-head"):
            heading(title).props("role=heading aria-level=2")
            if actions:
                actions()
        yield


def link(text: str, address: str) -> None:
    """Draw a link to a page of the console."""
    with ui.element("a").classes("link") as anchor:
        anchor.props["href"] = address
        ui.label(text)


def action(page: Page, text: str, click: Callable[[], Any], *, main: bool = False) -> ui.button:
    """Draw a button that opens a form or makes a call.

    Args:
        page: Where it is.
        text: As AWS's console names the action.
        click: What it does.
        main: Whether it is the page's main action.
    """
    button = ui.button(text, on_click=click).props("no-caps").classes("changes")
    button.props("unelevated" if main else "outline")
    if page.read_only:
        button.disable()
    return button


def plain_button(text: str, click: Callable[[], Any], icon: str | None = None) -> ui.button:
    """Draw a button that changes nothing in the cloud."""
    return ui.button(text, on_click=click, icon=icon).props("no-caps outline")
