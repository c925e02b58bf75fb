"""A state machine's graph as a mermaid flowchart, its states coloured by what happened in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from console.history import Story

if TYPE_CHECKING:
    from console.asl import Graph, Way
    from console.history import Status

_CLASSES: Final[dict[Status, str]] = {
    "succeeded": "fill:#2e9e5b,stroke:#1a7f42,color:#ffffff",
    "running": "fill:#2f80ed,stroke:#0b63ce,color:#ffffff",
    "failed": "fill:#d64538,stroke:#a52318,color:#ffffff",
    "caught": "fill:#f0a030,stroke:#b87410,color:#1a1200",
    "aborted": "fill:#8592a3,stroke:#5f6b7a,color:#ffffff",
}
_FRAMES: Final[dict[Status, str]] = {
    "succeeded": "fill:#e9f7ef,stroke:#1a7f42,stroke-width:3px,color:#14532d",
    "running": "fill:#e8f1fd,stroke:#0b63ce,stroke-width:3px,color:#0b3d7a",
    "failed": "fill:#fdeae8,stroke:#a52318,stroke-width:3px,color:#7a1a12",
    "caught": "fill:#fff3d9,stroke:#b87410,stroke-width:3px,color:#5c3a00",
    "aborted": "fill:#eceff3,stroke:#5f6b7a,stroke-width:3px,color:#26303c",
}
"""Around the states of a Parallel or Map state, so that their own colours are seen."""

_TAKEN: Final = "stroke:#0b63ce,stroke-width:3px"
_USUAL_ATTEMPTS: Final = 3
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


def as_mermaid(graph: Graph, story: Story | None = None) -> str:
    """Write a graph as a mermaid flowchart; states are named s0, s1, ... by their order.

    Args:
        graph: Of a definition.
        story: What an execution went through; None for a machine that does not run.
    """
    names = {name: f"s{number}" for number, name in enumerate(graph.all_states())}
    picture = _Picture(names, story or Story())
    lines = ["flowchart TB", *picture.drawn(graph, "m")]
    lines += [f"classDef {name} {style}" for name, style in _CLASSES.items()]
    lines += [f"classDef {name}Frame {style}" for name, style in _FRAMES.items()]
    lines.append(f"classDef waiting {_WAITING}")
    lines.append(f"classDef waitingFrame {_WAITING}")
    for name, node in names.items():
        frame = "Frame" if name in picture.frames else ""
        lines.append(f"class {node} {picture.story.status_of(name) or 'waiting'}{frame}")
    if picture.taken:
        lines.append(f"linkStyle {','.join(map(str, picture.taken))} {_TAKEN}")
    return "\n".join(lines)


@dataclass
class _Picture:
    """A picture as it is written: mermaid numbers the arrows in the order of the text."""

    names: dict[str, str]
    story: Story
    frames: set[str] = field(default_factory=set)
    taken: list[int] = field(default_factory=list)
    """The numbers of the arrows that the execution went along."""

    arrows: int = 0

    def drawn(self, graph: Graph, place: str) -> list[str]:
        """Return the lines of a graph; `place` tells its own begin and end from others'."""
        lines = [f"{place}start((●))"]
        for name, state in graph.states.items():
            if name in graph.inner:
                lines += self._frame(name, state, graph)
            else:
                opening, closing = _SHAPES.get(str(state.get("Type")), ("[", "]"))
                lines.append(f'{self.names[name]}{opening}"{self._text(name, state)}"{closing}')
        if graph.first:
            lines.append(f"{place}start --> {self.names[graph.first]}")
            self._count(taken=bool(self.story.of(graph.first)))
        if any(way.end is None for way in graph.ways):
            lines.append(f"{place}end((◉))")
        for way in graph.ways:
            arrow = "-.->" if way.catches else "-->"
            text = f'|"{label(way.label)}"|' if way.label else ""
            end = self.names[way.end] if way.end is not None else f"{place}end"
            lines.append(f"{self.names[way.start]} {arrow}{text} {end}")
            self._count(taken=self._was_taken(way))
        return lines

    def _frame(self, name: str, state: dict[str, Any], graph: Graph) -> list[str]:
        """Draw a Parallel or Map state around its own graphs."""
        self.frames.add(name)
        kind = str(state.get("Type", ""))
        lines = [f'subgraph {self.names[name]}["{self._text(name, state, kind)}"]']
        for number, inner in enumerate(graph.inner[name]):
            lines += self.drawn(inner, f"{self.names[name]}b{number}")
        return [*lines, "end"]

    def _text(self, name: str, state: dict[str, Any], kind: str = "") -> str:
        """Return what stands in a state: its name, how often it is tried, how many items it has.

        Args:
            name: Of the state.
            state: Its definition.
            kind: Its type, where its shape does not tell.
        """
        visits = self.story.of(name)
        extra = []
        if retries := _retries(state):
            tried = sum(max(visit.attempts - 1, 0) for visit in visits)
            extra.append(f"↻ {tried}/{retries * len(visits)}" if visits else f"↻ {retries}")
        if items := sum(visit.items for visit in visits):
            extra.append(f"× {items}")
        title = label(f"{name} · {kind}" if kind else name)
        return "<br/>".join([title, *filter(None, [" ".join(extra)])])

    def _count(self, *, taken: bool) -> None:
        if taken:
            self.taken.append(self.arrows)
        self.arrows += 1

    def _was_taken(self, way: Way) -> bool:
        visits = self.story.of(way.start)
        if way.end is None:
            return any(visit.left and visit.status != "caught" for visit in visits)
        caught = {visit.status == "caught" for visit in visits}
        return way.catches in caught and (way.start, way.end) in self.story.ways


def _retries(state: dict[str, Any]) -> int:
    """Return how often a state is tried again at most; 3 where its retrier does not say (ASL)."""
    rules = [each for each in state.get("Retry", ()) if isinstance(each, dict)]
    counts = [each.get("MaxAttempts", _USUAL_ATTEMPTS) for each in rules]
    return max((count for count in counts if isinstance(count, int)), default=0)


def label(text: str) -> str:
    """Write text so that mermaid shows it and finds no syntax and no markup in it."""
    quoted = re.sub('"([^"]*)"', r"“\1”", _CONTROL.sub(" ", text))
    return quoted.translate(_WRITTEN)
