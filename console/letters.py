"""The text of a letter, and which of the addresses in it may be clicked."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"']+")


def parts_of(text: str, endpoint: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a letter, each with whether it is a link that may be clicked.

    Links into the lab are, such as the one that confirms a subscription; whatever else a letter
    names stays text, so that nobody leaves this machine by it.

    Args:
        text: Of the letter.
        endpoint: Where the lab is.
    """
    position = 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(".,;)")
        if urlsplit(address)[:2] != urlsplit(endpoint)[:2]:
            continue
        if position < found.start():
            yield text[position : found.start()], False
        yield address, True
        position = found.start() + len(address)
    if position < len(text):
        yield text[position:], False
