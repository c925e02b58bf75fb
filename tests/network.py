"""Watches whom this process asks for anything: addresses, names and programs it starts.

As a program it runs a module so, and writes what it saw as JSON, one line each:
`python -m tests.network FILE MODULE [ARGUMENT ...]`.
"""

import contextlib
import json
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ASKING = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "subprocess.Popen": 1,
    "os.posix_spawn": 0,
}
"""Audit events of Python by which a process reaches others, and which argument says whom."""

LOOPBACK = ("127.0.0.1", "::1", "localhost")

_WATCHERS: list[list[tuple[str, str]]] = []
_INSTALLED: list[bool] = []


@contextlib.contextmanager
def watched() -> Iterator[list[tuple[str, str]]]:
    """Collect whom the process asks within the block: events of Python with whom they name."""
    if not _INSTALLED:  # an audit hook stays for good
        sys.addaudithook(_look)
        _INSTALLED.append(True)
    seen: list[tuple[str, str]] = []
    _WATCHERS.append(seen)
    try:
        yield seen
    finally:
        _WATCHERS.remove(seen)


def elsewhere(seen: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What was asked of anybody but this machine, programs included."""
    return [(event, whom) for event, whom in seen if not _is_here(event, whom)]


def _is_here(event: str, whom: str) -> bool:
    # A path is a socket of this machine, such as Docker's; of a program it says nothing.
    return whom in LOOPBACK or (event == "socket.connect" and whom.startswith("/"))


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    if _WATCHERS and event in ASKING:
        whom = arguments[ASKING[event]]
        if isinstance(whom, tuple):  # an address
            whom = whom[0]
        if isinstance(whom, list):  # a command
            whom = whom[0]
        for seen in _WATCHERS:
            seen.append((event, whom.decode() if isinstance(whom, bytes) else str(whom)))


def _main(file: str, module: str, *arguments: str) -> None:
    sys.argv = [module, *arguments]
    with Path(file).open("a", encoding="utf-8") as out, watched() as seen:
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        finally:
            out.writelines(json.dumps(each) + "\n" for each in seen)


if __name__ == "__main__":
    _main(*sys.argv[1:])
