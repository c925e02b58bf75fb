"""A state machine's graph as a mermaid flowchart, its states coloured by what happened in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from console.asl import Graph
    from console.history import Status

_CLASSES: Final[dict[Status, str]] = {
    "succeeded": "fill:#2e9e5b,stroke:#1a7f42,color:#ffffff",
    "running": "fill:#2f80ed,stroke:#0b63ce,color:#ffffff",
    "failed": "fill:#d64538,stroke:#a52318,color:#ffffff",
    "caught": "fill:#f0a030,stroke:#b87410,color:#1a1200",
    "aborted": "fill:#8592a3,stroke:#5f6b7a,color:#ffffff",
}
_WAITING: Final = "fill:#eef1f5,stroke:#a9b4c2,color:#26303c"
_JOINER: Final = "\u2060"
"""Is not seen; between two characters it keeps mermaid from reading both as syntax."""

_WRITTEN: Final = str.maketrans(
    {
        "&": "#amp;",
        "<": "#lt;",
        ">": "#gt;",
        "#": f"#{_JOINER}",  # a number after it is a character
        "%": f"%{_JOINER}",  # two are a comment or a directive
        "`": f"{_JOINER}`",  # begins Markdown
        "\\": f"\\{_JOINER}",  # before an n it ends the line
        '"': "”",  # ends the label, and mermaid knows no other way to write it on an arrow
    }
)
"""How to write what would be syntax. Mermaid decodes these three names wherever it shows text;
numbers such as #36; it decodes in states only, not on arrows."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")

_SHAPES: Final = {
    "Choice": ("{{", "}}"),
    "Pass": ("(", ")"),
    "Succeed": ("([", "])"),
    "Fail": ("([", "])"),
}


def as_mermaid(graph: Graph, statuses: dict[str, Status | None]) -> str:
    """Write a graph as a mermaid flowchart; states are named s0, s1, ... by their order.

    Args:
        graph: Of a definition.
        statuses: What became of the states, by name.
    """
    names = {name: f"s{number}" for number, name in enumerate(graph.all_states())}
    lines = ["flowchart TB", *_drawn(graph, names, "m")]
    lines += [f"classDef {name} {style}" for name, style in _CLASSES.items()]
    lines.append(f"classDef waiting {_WAITING}")
    lines += [f"class {node} {statuses.get(name) or 'waiting'}" for name, node in names.items()]
    return "\n".join(lines)


def _drawn(graph: Graph, names: dict[str, str], place: str) -> list[str]:
    lines = [f"{place}start((●))"]
    for name, state in graph.states.items():
        if name in graph.inner:
            lines += _frame(name, state, graph, names)
        else:
            opening, closing = _SHAPES.get(str(state.get("Type")), ("[", "]"))
            lines.append(f'{names[name]}{opening}"{label(name)}"{closing}')
    if graph.first:
        lines.append(f"{place}start --> {names[graph.first]}")
    if any(way.end is None for way in graph.ways):
        lines.append(f"{place}end((◉))")
    for way in graph.ways:
        arrow = "-.->" if way.catches else "-->"
        text = f'|"{label(way.label)}"|' if way.label else ""
        end = names[way.end] if way.end is not None else f"{place}end"
        lines.append(f"{names[way.start]} {arrow}{text} {end}")
    return lines


def _frame(name: str, state: dict[str, Any], graph: Graph, names: dict[str, str]) -> list[str]:
    """Draw a Parallel or Map state around its own graphs."""
    lines = [f'subgraph {names[name]}["{label(name)} · {label(str(state.get("Type", "")))}"]']
    for number, inner in enumerate(graph.inner[name]):
        lines += _drawn(inner, names, f"{names[name]}b{number}")
    return [*lines, "end"]


def label(text: str) -> str:
    """Write text so that mermaid shows it and finds no syntax and no markup in it."""
    quoted = re.sub('"([^"]*)"', r"“\1”", _CONTROL.sub(" ", text))
    return quoted.translate(_WRITTEN)
