"""The trace header of a call that one of LocalStack's services makes for another."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any, Final

from localstack.utils.xray.trace_header import TraceHeader

NAME: Final = "X-Amzn-Trace-Id"

_PASSED_ON: ContextVar[str | None] = ContextVar("lab_trace_header", default=None)


@contextlib.contextmanager
def passed_on(header: str) -> Iterator[None]:
    """Let this thread's calls go on in a trace."""
    token = _PASSED_ON.set(header)
    try:
        yield
    finally:
        _PASSED_ON.reset(token)


def of_this_call() -> TraceHeader:
    """Return the header of a call that is not made by HTTP: that of the trace, or a new one."""
    header = _PASSED_ON.get()
    if header is None:
        return TraceHeader().ensure_root_exists()
    return TraceHeader.from_header_str(header).ensure_root_exists()


def add_to_request(params: dict[str, Any], **_: object) -> None:
    """Add the header to a call by HTTP; boto tells of each before it is made."""
    if header := _PASSED_ON.get():
        params["headers"][NAME] = header
