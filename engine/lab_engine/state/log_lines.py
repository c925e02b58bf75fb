"""Log lines: a stream only grows, so what it had is written once, page by page."""

import time
from typing import Any

from moto.logs.models import LogStream

from lab_engine.state.codec import Sealed

_PAGE_LINES = 500
_QUIET_SECONDS = 30.0
"""A stream that got nothing for so long is sealed up to its end; it may grow all the same."""

_PAGES = "lab_pages"
"""The field of moto's stream that remembers its pages, by their first line."""


def fields(stream: Any) -> dict[str, Any]:
    """Return what is saved of a log stream."""
    saved = {name: value for name, value in vars(stream).items() if name != _PAGES}
    events, pages = stream.events, vars(stream).setdefault(_PAGES, {})
    end = len(events)
    if (stream.last_ingestion_time or 0) / 1000 > time.time() - _QUIET_SECONDS:
        end -= end % _PAGE_LINES
    sealed = []
    for first in range(0, end, _PAGE_LINES):
        lines = events[first : min(first + _PAGE_LINES, end)]
        page = pages.get(first)
        if page is None or len(page.value) != len(lines) or page.value[0] is not lines[0]:
            page = pages[first] = Sealed(lines)
        sealed.append(page)
    return {**saved, "events": [*sealed, *events[end:]]}


RULES = {LogStream: fields}
"""For the codec."""


def open_sealed(stream: Any) -> None:
    """Give a decoded stream its lines.

    Raises:
        AttributeError, TypeError: They are none.
    """
    lines: list[Any] = []
    pages = {}
    for each in stream.events:
        if isinstance(each, Sealed):
            pages[len(lines)] = each
            lines += each.value
        else:
            lines.append(each)
    stream.events = lines
    vars(stream)[_PAGES] = pages
