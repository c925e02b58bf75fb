"""Log lines: a stream only grows, so what it had is written once."""

import time
from collections.abc import Iterable
from typing import Any

from moto.logs.models import LogEvent, LogStream

from lab_engine.state.codec import Sealed
from lab_engine.state.pages import Pages

_PAGE_LINES = 500
_QUIET_SECONDS = 30.0
"""A stream that got nothing for so long is sealed up to its end; it may grow all the same."""

_PAGES = "lab_pages"
"""The field of moto's stream that remembers its pages."""


def fields(stream: Any) -> dict[str, Any]:
    """Return what is saved of a log stream."""
    saved = {name: value for name, value in vars(stream).items() if name != _PAGES}
    pages = vars(stream).setdefault(_PAGES, Pages(_PAGE_LINES))
    is_quiet = (stream.last_ingestion_time or 0) / 1000 < time.time() - _QUIET_SECONDS
    return {**saved, "events": pages.sealed(stream.events, to_the_end=is_quiet)}


RULES = {LogStream: fields}
"""For the codec."""


def prepare(streams: Iterable[Any]) -> None:
    """Seal the pages of streams that are full, while other threads run."""
    for stream in streams:
        for page in fields(stream)["events"]:
            if isinstance(page, Sealed):
                page.encode(stream.log_stream_name)


def open_sealed(stream: Any) -> None:
    """Give a decoded stream its lines.

    Raises:
        AttributeError, TypeError: They are none.
    """
    pages = vars(stream)[_PAGES] = Pages(_PAGE_LINES)
    stream.events = pages.opened(stream.events)
    for line in stream.events:
        if type(line) is not LogEvent or type(line.event_id) is not int:
            raise TypeError("a log line is none, or its number is none")
        if type(line.timestamp) is not int:
            raise TypeError("the time of a log line is not a number")
