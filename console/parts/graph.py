"""A state machine as a picture that can be clicked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nicegui import ui

from console.mermaid import as_mermaid

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.asl import Graph
    from console.history import Story

_CONFIG: Final = {
    "securityLevel": "strict",
    "theme": "base",
    "flowchart": {
        "htmlLabels": False,
        "useMaxWidth": False,
        "curve": "basis",
        "nodeSpacing": 36,
        "rankSpacing": 42,
    },
    "themeVariables": {
        "fontFamily": "system-ui, 'Noto Sans Thai', Loma, Garuda, sans-serif",
        "fontSize": "13px",
        "lineColor": "#7c8a9c",
        "edgeLabelBackground": "#dfe5ec",
        "tertiaryTextColor": "#26303c",
        "clusterBkg": "#f7f9fb",
        "clusterBorder": "#a9b4c2",
    },
}

_ZOOM: Final = (
    ("remove", "Zoom out", "1 / 1.25"),
    ("add", "Zoom in", "1.25"),
    ("fit_screen", "Fit", "0"),
)
"""Buttons: icon, name, by how much; 0 shows all of it again."""


_CLICKED_STATE: Final = """(event) => {
  const state = event.target.closest("g.node, g.cluster");
  if (state) emit(state.id);
}"""


PUT_OFF_SECONDS: Final = 0.2
"""The browser draws what else is on the page before it reads half a megabyte of Mermaid."""


class StateGraph:
    """The picture of a definition. It is drawn again only when it changes.

    It is as wide as its place, but never so small that nobody can read it: graphs.js sees to it.

    Args:
        on_click: Told of the state that was clicked.
    """

    def __init__(self, on_click: Callable[[str], None] | None = None) -> None:
        self._on_click = on_click
        self._names: list[str] = []
        with ui.element("div").classes("graph-frame"):
            with ui.element("div").classes("graph-zoom"):
                for icon, name, factor in _ZOOM:
                    button = ui.button(icon=icon).props("flat dense round size=sm")
                    button.props["aria-label"] = name
                    button.on("click", js_handler=f"(event) => zoomGraph(event, {factor})")
            place = ui.element("div").classes("graph").props("tabindex=0")
        self._place = place
        self._drawn = "flowchart TB"
        self._picture: ui.mermaid | None = None
        with place:
            ui.timer(PUT_OFF_SECONDS, self._begin, once=True)

    def show(self, graph: Graph, story: Story | None = None) -> None:
        """Show a definition.

        Args:
            graph: Of the definition.
            story: What an execution went through; None for a machine that does not run.
        """
        self._names = list(graph.all_states())
        self._drawn = as_mermaid(graph, story)
        if self._picture:
            self._picture.content = self._drawn

    def _begin(self) -> None:
        with self._place:
            self._picture = ui.mermaid(self._drawn, config=_CONFIG)
        if self._on_click:
            self._picture.classes("clickable")
            # Also the frame of a Parallel or Map state is one.
            self._picture.on(
                "click", lambda event: self._clicked(event.args), js_handler=_CLICKED_STATE
            )

    def _clicked(self, node: object) -> None:
        found = re.search(r"\bs(\d+)(?!\w)", str(node))
        if found and self._on_click and int(found[1]) < len(self._names):
            self._on_click(self._names[int(found[1])])
