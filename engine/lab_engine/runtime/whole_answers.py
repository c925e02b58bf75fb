"""Hand a whole answer to Twisted's thread once.

Twisted sends each piece of an answer when its thread comes to it, while the thread that made the
piece waits; then it is told that the answer has ended. Nearly all answers are one piece.
"""

from collections.abc import Callable
from typing import Any


def write(write_piece: Callable[..., None], response: Any, data: bytes) -> None:
    """Keep a piece that is the whole answer until its end; send any other at once.

    Args:
        write_piece: Twisted's method.
        response: Twisted's WSGI response.
        data: The piece.
    """
    if not response.started and _length_in(response.headers) == len(data):
        response.lab_whole_answer = data
        return
    write_piece(response, data)


def send_headers(send: Callable[..., None], response: Any) -> None:
    """Send the headers, and after them the answer if it was kept; Twisted's thread calls this."""
    send(response)
    if data := vars(response).pop("lab_whole_answer", None):
        response.request.write(data)


def _length_in(headers: list[tuple[str, str]]) -> int | None:
    lengths = [value for name, value in headers if name.lower() == "content-length"]
    return int(lengths[0]) if len(lengths) == 1 and lengths[0].isdecimal() else None
