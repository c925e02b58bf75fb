"""Where output goes: results to stdout, progress and errors to stderr.

This is also the one place where text from outside (keys, cells, mails, log lines, error causes)
can no longer control the terminal: control characters, and those that turn the direction of text
around, are shown as JSON escapes. Nothing else in `lab/` writes to stdout or stderr.
"""

import codecs
import json
import re
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any, TextIO

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment
from rich.text import Text

BANGKOK = timezone(timedelta(hours=7), "Asia/Bangkok")
"""A fixed offset: Thailand has no summer time, and a small machine may have no time zone data."""

_UNWRAPPED = 100_000
"""Columns of a pipe or a file: more than any line has."""

_UNSAFE = re.compile(
    "\\r(?!\\n)|[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]"
)
"""C0 except tab and line ends, DEL and C1; embeddings, overrides and isolates of text direction
(Unicode Annex 9); halves of surrogate pairs, which represent bytes of a name that is not UTF-8."""


def visible(text: str) -> str:
    """Show the control characters of a text as JSON escapes; line ends and tabs stay."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def inline(text: str) -> str:
    """Make outside text fit for the middle of a line: without markup and line ends."""
    return escape(text.replace("\n", "\\n"))


def padded(text: str, columns: int) -> str:
    """Fill a text up with spaces; Thai vowels and tones above and below a letter take no column."""
    return text + " " * (columns - cell_len(text))


class SafeConsole(Console):
    """A console on which text from outside cannot do anything but be read."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Make control characters visible before anything is measured and wrapped."""
        return super().render_str(visible(text), **options)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Do the same for text that rich made otherwise, for example a progress line."""
        for segment in super().render(renderable, options):
            if segment.control:  # rich's own moves of the cursor
                yield segment
            else:
                yield Segment(visible(segment.text), segment.style)


def _console(stream: TextIO, **options: Any) -> SafeConsole:
    width = None if stream.isatty() else _UNWRAPPED
    # No emoji codes: a file may be called `:bug:.csv`.
    return SafeConsole(width=width, highlight=False, emoji=False, **options)


out = _console(sys.stdout)
err = _console(sys.stderr, stderr=True)


def stacked(*parts: str) -> str:
    """Join the parts of a table's cell: below each other, and in a pipe beside each other."""
    return ("\n" if out.width < _UNWRAPPED else "  ").join(filter(None, parts))


def print_json(value: Any) -> None:
    """Write a value as JSON to stdout, with nothing else beside it."""
    sys.stdout.write(visible(json.dumps(value, ensure_ascii=False, indent=2)) + "\n")


def print_document(chunks: Iterable[bytes]) -> None:
    """Write a JSON document to stdout as it is, however long, but for its control characters.

    Args:
        chunks: Its bytes, in UTF-8.
    """
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    for chunk in chunks:
        sys.stdout.write(visible(decoder.decode(chunk).replace("\r", "\n")))
    sys.stdout.write(visible(decoder.decode(b"", final=True)) + "\n")


def bangkok(moment: datetime, pattern: str = "%Y-%m-%d %H:%M:%S") -> str:
    """Return a moment as people in the workshop read their clocks."""
    return moment.astimezone(BANGKOK).strftime(pattern)
