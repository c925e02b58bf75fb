"""Draws grouped horizontal bars as SVG, without a plotting library."""

from collections.abc import Mapping
from html import escape

_BAR = 18
_GAP = 14
_LABEL = 110
_WIDTH = 420
_COLOURS = ("#8c8c8c", "#1f77b4", "#ff7f0e", "#2ca02c")


def bar_chart(title: str, groups: Mapping[str, Mapping[str, float]]) -> str:
    """Draw one bar for each value.

    Args:
        title: Above the chart.
        groups: Group name to series name to value, none negative. A single series needs no name.

    Returns:
        An SVG document.
    """
    longest = max((value for bars in groups.values() for value in bars.values()), default=1) or 1
    series = list(dict.fromkeys(name for bars in groups.values() for name in bars))
    parts = [f'<text x="0" y="16" font-weight="bold">{escape(title)}</text>']
    top = 30
    for group, bars in groups.items():
        middle = top + len(bars) * _BAR / 2 + 4
        parts.append(f'<text x="0" y="{middle:.0f}">{escape(group)}</text>')
        for name, value in bars.items():
            width = value / longest * _WIDTH
            colour = _COLOURS[series.index(name) % len(_COLOURS)]
            parts.append(
                f'<rect x="{_LABEL}" y="{top}" width="{width:.1f}" height="{_BAR - 3}" '
                f'fill="{colour}"/><text x="{_LABEL + width + 5:.1f}" y="{top + 12}">'
                f"{escape(f'{name} {value:.0f}'.strip())}</text>"
            )
            top += _BAR
        top += _GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LABEL + _WIDTH + 160}" height="{top}" '
        f'font-family="sans-serif" font-size="12">{"".join(parts)}</svg>\n'
    )
