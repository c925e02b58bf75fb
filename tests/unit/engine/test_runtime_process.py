"""A process that runs a function, from LocalStack's side."""

import socket
import sys
import time
from collections.abc import Iterator

import pytest

from lab_engine.lambda_.process import OutOfMemory, RuntimeProcess
from lab_engine.lambda_.runtime_api import Invocation, Ready
from tests.child_process import ChildProcess

NEXT = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {}\r\n\r\n"
LONG_ENOUGH = 0.3
"""Seconds in which the server would have answered, or broken off, what it takes too early."""


@pytest.fixture
def connection() -> Iterator[socket.socket]:
    with socket.socket() as connection:
        yield connection


def test_a_process_that_takes_too_much_memory_is_found_while_it_runs() -> None:
    code = "import time; taken = bytearray(60 << 20); time.sleep(60)"
    process = RuntimeProcess(
        "large", lambda _: ChildProcess([sys.executable, "-c", code]), memory_bytes=50 << 20
    )
    try:
        assert process.wait(time.monotonic() + 50) == OutOfMemory()
        assert 50 << 20 < process.peak_bytes < 100 << 20
    finally:
        process.end()


def test_a_process_may_ask_before_whoever_starts_it_knows_of_it(connection: socket.socket) -> None:
    """A forked one takes a few milliseconds, and on a busy machine the other thread as many."""

    def start(runtime_api: str) -> ChildProcess:
        host, port = runtime_api.split(":")
        connection.connect((host, int(port)))
        connection.sendall(NEXT.format(runtime_api).encode())
        connection.settimeout(LONG_ENOUGH)
        with pytest.raises(TimeoutError):
            connection.recv(1)  # it waits for its turn
        connection.settimeout(10)
        return ChildProcess([sys.executable, "-c", "import time; time.sleep(60)"])

    process = RuntimeProcess("early", start, memory_bytes=1 << 30)
    try:
        assert process.wait(time.monotonic() + 10) == Ready()
        process.send(Invocation("id", "arn", b"{}", 0, "trace", None))
        assert b"200 OK" in connection.recv(4096)
    finally:
        process.end()
